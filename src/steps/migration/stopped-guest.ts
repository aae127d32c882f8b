import {CommandError, StepError, StuckError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {NbdCopy, StreamTls} from '../../qemu-img/stream.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import {start} from '../../virsh/lifecycle.ts';
import {isActive} from '../../virsh/states.ts';
import type {StepContext} from '../step.ts';
import {despiteCordon} from './cordon-pass.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import {copyAll, stopNbdCopies} from './disks/nbd-copies.ts';
import {type HostDomainStatus, statusText} from './location/guest-location.ts';
import type {GuestMigration} from './move.ts';
import {awaitOff, type Shutdown, shutDown} from './shutdown.ts';

/** The facts that `whyNotStopped` requires. */
export function stoppedRequests(
	{uuid, disks}: DomainDefinition,
	host: string,
): readonly [FactRequest & {readonly kind: 'domain-details'}] {
	const targets = disks.filter(({device}) => device === 'disk').map(({target}) => target);
	return [{kind: 'domain-details', host, uuid, targets}];
}

/** Why a running guest must not be shut down for its move; undefined if it may be. */
export function whyNotStopped(
	{state, persistent}: Pick<DomainStatus, 'state' | 'persistent'>,
	definition: DomainDefinition,
	host: string,
	facts: Facts,
): string | undefined {
	if (!persistent) return 'the guest has no persistent definition and would be gone after a shutdown';
	if (state !== 'running' && state !== 'blocked') return `the guest is ${state}, so that it cannot shut down`;
	const [request] = stoppedRequests(definition, host);
	const stored = facts.get(request)?.stored;
	if (stored === undefined) return undefined;
	const placesOf = (disks: DomainDefinition['disks']) => disks.map(({target, path = ''}) => `${target} ${path}`).sort();
	const [now, then] = [placesOf(definition.disks), placesOf(stored.disks)];
	if (now.join('\n') === then.join('\n')) return undefined;
	const differing = now.find(place => !then.includes(place)) ?? then.find(place => !now.includes(place)) ?? '';
	return `the persistent definition, which the next start uses, has other disks: ${differing.trim()}`;
}

/** Pause between attempts to start a guest, whose images a command that is ending may still use. */
const againMs = 2000;

/** @throws StuckError if the guest remains shut off. */
export async function startAgain(
	{guest, uuid, source}: GuestMigration,
	context: StepContext,
	attempts = 5,
): Promise<void> {
	for (let left = attempts; ; left--) {
		try {
			await despiteCordon({host: source, uuid}, context, () => context.run(start(source, uuid)));
			return;
		} catch (error) {
			if (!(error instanceof CommandError)) throw error;
			const status = await awaitOff({guest, uuid, host: source}, 0, context);
			if (status !== undefined && isActive(status.state)) return;
			if (left <= 1) {
				throw new StuckError(
					`${guest}, which was shut down for its move, could not be started again on ${source}: ${error.message}`,
					[`start it: virsh start ${uuid} (on ${source})`],
				);
			}
		}
		await context.sleep(againMs);
	}
}

/** A guest may still obey a request to shut down after this time; libvirt cannot withdraw it. */
const graceMs = 30_000;

/** Before an undo: waits for a guest at the source that may still be shutting down. */
export async function awaitShutdown({guest, uuid, source: host}: GuestMigration, context: StepContext): Promise<void> {
	context.tell(`${guest} may still obey the request to shut down: waiting at most ${graceMs / 1000} s`);
	await awaitOff({guest, uuid, host}, graceMs, context);
}

/**
 * Shuts down a guest that was started at the destination, and copies its disks back to the images that it left at the
 * source, which lack what it has written since.
 *
 * @throws StuckError if the guest runs although the source still has its definition: it was not started by its move.
 */
export async function bringDisksBack(
	move: GuestMigration,
	disks: DiskPlan,
	stop: Shutdown,
	[source, destination]: readonly [HostDomainStatus, HostDomainStatus],
	context: StepContext,
): Promise<void> {
	if (destination === undefined) return;
	const {guest, uuid, source: from, destination: to} = move;
	const mayHaveRun = source === undefined || move.persistentHere;
	if (isActive(destination.state)) {
		if (!mayHaveRun || (source !== undefined && isActive(source.state))) {
			throw new StuckError(`${guest} is ${statusText(to, destination)} and ${statusText(from, source)}`, [
				`if ${to} is to keep the guest: virsh undefine --keep-nvram ${uuid} (on ${from}); otherwise shut it down on ${to} and repeat the undo`,
			]);
		}
		await shutDown({guest, uuid, host: to}, stop, context).catch((error: unknown) => {
			if (!(error instanceof StepError)) throw error;
			throw new StuckError(`${guest} cannot go back to ${from}: ${error.message}`, [
				`shut it down from within, then repeat the undo; or leave it on ${to}`,
			]);
		});
	}
	if (!mayHaveRun) return;
	const back: GuestMigration = {...move, source: to, destination: from, peer: move.home, home: move.peer};
	const copies = copiesBack(move, disks);
	await stopNbdCopies(move, disks.nbdCopies, context);
	await stopNbdCopies(back, copies, context);
	await copyAll(back, copies, context);
}

/** Only what the guest writes to: media are the same on both hosts. */
function copiesBack(
	{home}: GuestMigration,
	{nbdCopies = [], copies, leaves = [], devices = []}: DiskPlan,
): readonly NbdCopy[] {
	const written = new Set([...[...copies, ...devices].map(({from}) => from), ...leaves.map(({path}) => path)]);
	return nbdCopies
		.filter(({from}) => written.has(from))
		.map(({listen: _, tls, from, fromFormat, to, toFormat, port, ...rest}) => ({
			...rest,
			from: to,
			fromFormat: toFormat,
			to: from,
			toFormat: fromFormat,
			fresh: false,
			port: home.disksPort ?? port,
			...(home.listen === undefined ? {} : {listen: home.listen}),
			...(tls === undefined ? {} : {tls: withoutName(tls)}),
		}));
}

/** The certificate of the other host is verified by its address. */
function withoutName({hostname: _, ...credentials}: StreamTls): StreamTls {
	return credentials;
}
