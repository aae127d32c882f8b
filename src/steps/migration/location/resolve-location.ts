import {StuckError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {Command} from '../../../shell/command.ts';
import {quoteArgv} from '../../../shell/quote.ts';
import type {GuestLocation, StepContext} from '../../step.ts';
import {waitForJob} from '../convergence/follow.ts';
import type {GuestMigration} from '../move.ts';
import {type HostDomainStatus, type MoveState, moveState, statusText} from './guest-location.ts';

/** Where the guest is, and its status on both hosts. */
export type ResolvedLocation = {
	readonly at: MoveState;
	readonly source: HostDomainStatus;
	readonly destination: HostDomainStatus;
};

/** States that libvirt may still change. */
const mayChange: ReadonlySet<MoveState> = new Set([
	'incoming',
	'handover-unconfirmed',
	'postcopy-lost-destination',
	'down',
	'contradictory',
]);

/** How often a transient state is queried again, every half second, while libvirt ends a migration. */
const maxAttempts = 20;

/**
 * Waits until no migration of the guest is active, and determines where the guest is. Only reads.
 *
 * @throws UnreachableError when one of the two hosts cannot be queried: the location is then unknown.
 */
export async function resolveGuestLocation(move: GuestMigration, context: StepContext): Promise<ResolvedLocation> {
	for (let left = maxAttempts; ; left--) {
		const settled = await readBothHosts(move, context);
		// A guest that the source does not run has no job there.
		if (settled.at === 'destination') return settled;
		if (settled.at === 'postcopy-failed') return settled;
		// The job of a post-copy that has failed never ends.
		if (settled.at !== 'postcopy-lost-destination' && (await waitForJob(move, context))) continue;
		// libvirt has lost track of the migration, but QEMU continues it.
		if (settled.at === 'postcopy-active') left = maxAttempts;
		else if (!mayChange.has(settled.at) || left <= 0) return settled;
		await context.sleep(500);
	}
}

/** Where the guest is, according to both hosts, for the report. Includes which host did not respond. */
export async function locateGuest(move: GuestMigration, context: StepContext): Promise<GuestLocation> {
	const settled = await resolveGuestLocation(move, context).catch(() => undefined);
	if (settled !== undefined) return placeOf(move, settled);
	// A host does not respond, or the run is being stopped: report what is known now.
	const [source, destination] = await askBoth(move, context);
	if ('seen' in source && 'seen' in destination) {
		const at = moveState(source.seen, destination.seen);
		return placeOf(move, {at, source: source.seen, destination: destination.seen});
	}
	return {text: `${source.text}; ${destination.text}`};
}

function placeOf(move: GuestMigration, {at, source, destination}: ResolvedLocation): GuestLocation {
	const texts = [statusText(move.source, source), statusText(move.destination, destination)] as const;
	if (at === 'source') return {host: move.source, text: texts[0]};
	if (at === 'destination') return {host: move.destination, text: texts[1]};
	return {text: texts.join('; ')};
}

/** The status of a guest on a host, also as text. `seen` is absent if the host did not respond. */
export type Answer = {readonly text: string} | {readonly text: string; readonly seen: HostDomainStatus};

/** Queries source and destination; does not fail if one of them does not respond. */
export async function askBoth(move: GuestMigration, context: StepContext): Promise<readonly [Answer, Answer]> {
	return Promise.all([askOne(move.source, move.uuid, context), askOne(move.destination, move.uuid, context)]);
}

async function askOne(host: string, uuid: string, context: StepContext): Promise<Answer> {
	try {
		const seen = domainStatusOf(await context.facts([domainsOf(host)]), host, uuid);
		return {text: statusText(host, seen), seen};
	} catch (error) {
		return {text: `${host} does not respond (${error instanceof Error ? error.message : error})`};
	}
}

/** The current status of the guest on both hosts. */
export async function readBothHosts(move: GuestMigration, context: StepContext): Promise<ResolvedLocation> {
	const facts = await context.facts([domainsOf(move.source), domainsOf(move.destination)]);
	const source = domainStatusOf(facts, move.source, move.uuid);
	const destination = domainStatusOf(facts, move.destination, move.uuid);
	return {at: moveState(source, destination), source, destination};
}

function domainsOf(host: string): FactRequest & {readonly kind: 'domains'} {
	return {kind: 'domains', host};
}

/** The status of a guest in a host's list of domains. */
export function domainStatusOf(facts: Facts, host: string, uuid: string): HostDomainStatus {
	return facts.of(domainsOf(host)).find(entry => entry.uuid === uuid);
}

/**
 * Post-copy failed: each host has a part of the guest, and ending either process loses the guest. The same command with
 * `--postcopy-resume` sends the rest.
 */
export function postcopyFailedError(move: GuestMigration, settled: ResolvedLocation, command: Command): StuckError {
	return new StuckError(
		`${move.guest} is paused, with a part of its memory on each host: ${viewsOf(move, settled)}. Do not end either process`,
		[
			`when ${move.source} can reach ${move.destination} again, run on ${move.source}: ${quoteArgv(command.argv)}`,
			'then check: vacate status',
		],
	);
}

function viewsOf(move: GuestMigration, settled: ResolvedLocation): string {
	return `${statusText(move.source, settled.source)}; ${statusText(move.destination, settled.destination)}`;
}

/** Only the disks of such a guest can be saved. */
function lostDestinationError(move: GuestMigration, settled: ResolvedLocation): StuckError {
	const {guest, uuid, source, destination} = move;
	return new StuckError(
		`${guest} is paused: the connection failed at the switch to post-copy, before ${destination} was notified. Its memory is on ${source}, where QEMU cannot resume it: ${viewsOf(move, settled)}`,
		[
			`its disks are complete on ${source}. To start the guest from them, losing its memory:`,
			`virsh destroy ${uuid} (on ${destination}, where it never ran)`,
			`virsh destroy ${uuid} && virsh start ${uuid} (on ${source})`,
			`then remove the files created on ${destination}: vacate resume last`,
		],
	);
}

/** An operator must decide: the status on both hosts, and the commands to examine it. */
export function contradictoryError(move: GuestMigration, settled: ResolvedLocation): StuckError {
	if (settled.at === 'postcopy-lost-destination') return lostDestinationError(move, settled);
	if (settled.at === 'down') {
		return new StuckError(`${move.guest} is no longer running: its process has ended. ${viewsOf(move, settled)}`, [
			`why: /var/log/libvirt/qemu/${move.guest}.log (on ${move.source})`,
			`its disks are unchanged; start the guest: virsh start ${move.uuid} (on ${move.source})`,
			`then remove the files created on ${move.destination}: vacate resume last`,
		]);
	}
	return new StuckError(`the location of ${move.guest} is uncertain: ${viewsOf(move, settled)}`, [
		`on ${move.source} and on ${move.destination}: virsh domstate --reason ${move.uuid}`,
		`on ${move.source} and on ${move.destination}: pgrep -af -- '-uuid ${move.uuid}'`,
		'determine which host runs the guest and has the newest disks, then end the other process manually',
	]);
}
