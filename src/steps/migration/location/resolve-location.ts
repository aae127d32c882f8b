import {StuckError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {Command} from '../../../shell/command.ts';
import {quoteArgv} from '../../../shell/quote.ts';
import type {GuestLocation, StepContext} from '../../step.ts';
import {waitForJob} from '../convergence/follow.ts';
import type {GuestMigration} from '../move.ts';
import {type HostSighting, type MoveState, moveState, statusText} from './guest-location.ts';

/** Where the guest is, and what both hosts said. */
export type ResolvedLocation = {
	readonly at: MoveState;
	readonly source: HostSighting;
	readonly destination: HostSighting;
};

/** What libvirt may still change. */
const mayChange: ReadonlySet<MoveState> = new Set([
	'incoming',
	'handover-unconfirmed',
	'postcopy-lost-destination',
	'down',
	'contradictory',
]);

/** What looks wrong for a moment while libvirt ends a migration is asked again this often, half a second apart. */
const patience = 20;

/**
 * Waits until no migration of the guest runs any more and says where it is. Only reads.
 *
 * @throws UnreachableError when one of the two hosts cannot be asked: then nobody knows.
 */
export async function resolveGuestLocation(move: GuestMigration, context: StepContext): Promise<ResolvedLocation> {
	for (let left = patience; ; left--) {
		const settled = await readBothHosts(move, context);
		// A guest that the source does not run has no job there.
		if (settled.at === 'destination') return settled;
		if (settled.at === 'postcopy-failed') return settled;
		// The job of a post-copy that has failed never ends.
		if (settled.at !== 'postcopy-lost-destination' && (await waitForJob(move, context))) continue;
		// libvirt has lost sight of it, and QEMU goes on.
		if (settled.at === 'postcopy-active') left = patience;
		else if (!mayChange.has(settled.at) || left <= 0) return settled;
		await context.sleep(500);
	}
}

/** Where the guest is by what both hosts say, for the report; what a host does not say is said too. */
export async function locateGuest(move: GuestMigration, context: StepContext): Promise<GuestLocation> {
	const settled = await resolveGuestLocation(move, context).catch(() => undefined);
	if (settled !== undefined) return placeOf(move, settled);
	// A host does not answer, or nobody has the time to wait: what is known now is told.
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

/** What a host says of a guest, in words too; nothing is seen where it does not answer. */
export type Answer = {readonly text: string} | {readonly text: string; readonly seen: HostSighting};

/** Asks source and destination, and does not fail when one of them does not answer. */
export async function askBoth(move: GuestMigration, context: StepContext): Promise<readonly [Answer, Answer]> {
	return Promise.all([askOne(move.source, move.uuid, context), askOne(move.destination, move.uuid, context)]);
}

async function askOne(host: string, uuid: string, context: StepContext): Promise<Answer> {
	try {
		const seen = domainStatusOf(await context.facts([domainsOf(host)]), host, uuid);
		return {text: statusText(host, seen), seen};
	} catch (error) {
		return {text: `${host} does not answer (${error instanceof Error ? error.message : error})`};
	}
}

/** Both hosts' view of the guest, now. */
export async function readBothHosts(move: GuestMigration, context: StepContext): Promise<ResolvedLocation> {
	const facts = await context.facts([domainsOf(move.source), domainsOf(move.destination)]);
	const source = domainStatusOf(facts, move.source, move.uuid);
	const destination = domainStatusOf(facts, move.destination, move.uuid);
	return {at: moveState(source, destination), source, destination};
}

function domainsOf(host: string): FactRequest & {readonly kind: 'domains'} {
	return {kind: 'domains', host};
}

/** What a host's census says of a guest. */
export function domainStatusOf(facts: Facts, host: string, uuid: string): HostSighting {
	return facts.of(domainsOf(host)).find(entry => entry.uuid === uuid);
}

/**
 * Post-copy has failed: each host has a part of the guest, and to end either is to lose it. The same command with
 * `--postcopy-resume` sends the rest.
 */
export function postcopyFailedError(move: GuestMigration, settled: ResolvedLocation, command: Command): StuckError {
	return new StuckError(
		`${move.guest} stands still, a part of its memory on each host: ${viewsOf(move, settled)}. End neither of them`,
		[
			`when ${move.destination} can be reached from ${move.source} again, on ${move.source}: ${quoteArgv(command.argv)}`,
			`then see: vacate status`,
		],
	);
}

function viewsOf(move: GuestMigration, settled: ResolvedLocation): string {
	return `${statusText(move.source, settled.source)}; ${statusText(move.destination, settled.destination)}`;
}

/** Of such a guest only the disks can be saved. */
function lostDestinationError(move: GuestMigration, settled: ResolvedLocation): StuckError {
	const {guest, uuid, source, destination} = move;
	return new StuckError(
		`${guest} stands still: the connection broke as it was to run on at ${destination}, before ${destination} knew it. Its memory is on ${source}, where QEMU does not let it run on: ${viewsOf(move, settled)}`,
		[
			`its disks are whole on ${source}. To start it from them, without what it had in memory:`,
			`virsh destroy ${uuid} (on ${destination}, where it never ran)`,
			`virsh destroy ${uuid} && virsh start ${uuid} (on ${source})`,
			`then clear away what was made on ${destination}: vacate resume last`,
		],
	);
}

/** A person must decide: both hosts' words, and the commands to look with. */
export function contradictoryError(move: GuestMigration, settled: ResolvedLocation): StuckError {
	if (settled.at === 'postcopy-lost-destination') return lostDestinationError(move, settled);
	if (settled.at === 'down') {
		return new StuckError(`${move.guest} does not run any more: its process has ended. ${viewsOf(move, settled)}`, [
			`why: /var/log/libvirt/qemu/${move.guest}.log (on ${move.source})`,
			`its disks are where they were; start it: virsh start ${move.uuid} (on ${move.source})`,
			`then clear away what was made on ${move.destination}: vacate resume last`,
		]);
	}
	return new StuckError(`where ${move.guest} is cannot be said for certain: ${viewsOf(move, settled)}`, [
		`on ${move.source} and on ${move.destination}: virsh domstate --reason ${move.uuid}`,
		`on ${move.source} and on ${move.destination}: pgrep -af -- '-uuid ${move.uuid}'`,
		'when it is certain that only one of them runs it and which disks are the newest, end the other one by hand',
	]);
}
