import {CommandError, StepError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import {autostart} from '../../virsh/autostart.ts';
import type {JobInfo} from '../../virsh/domjobinfo.ts';
import {type KeepaliveOptions, type MigrateOptions, migrate} from '../../virsh/migrate.ts';
import {undefine} from '../../virsh/undefine.ts';
import type {GuestMove, Result, StepContext} from '../step.ts';
import {follow} from './follow.ts';
import {dataUri, type Move} from './move.ts';
import {doubtful, settle} from './settle.ts';
import {sightingText} from './whereabouts.ts';

/** A move with every option of virsh decided. */
export type PlannedMove = {readonly move: Move; readonly options: MigrateOptions & KeepaliveOptions};

/** What libvirt tells of a finished move; left out when it has forgotten. */
export type MoveReceipt = {readonly job?: JobInfo};

/** The writes of `runMove`. */
export function moveCommands({move, options}: PlannedMove): readonly [Command, ...Command[]] {
	const command = migrate({
		migrate_uri: dataUri(move.peer),
		...options,
		source: move.source,
		uuid: move.uuid,
		desturi: move.peer.uri,
	});
	return [command, ...(startsThere(move) ? [autostart(move.destination, move.uuid)] : [])];
}

/**
 * Runs virsh, telling the progress, and decides by what both hosts say, whatever virsh said.
 *
 * @throws StepError when the guest has stayed, StuckError when it cannot be said where it is.
 */
export async function runMove(planned: PlannedMove, context: StepContext): Promise<MoveReceipt> {
	const [command, ...afterwards] = moveCommands(planned);
	const running = context.run(command);
	const [outcome] = await Promise.allSettled([running, follow(planned.move, context, running)]);
	if (outcome.status === 'fulfilled') for (const command of afterwards) await context.run(command);
	else {
		await hasArrivedAllTheSame(planned.move, outcome.reason, context);
		await finish(planned, context);
	}
	return moveReceipt(planned.move, context);
}

/** After a move whose end nobody saw: what is still to be done, and what libvirt remembers. Throws StepError if it is not done. */
export async function adoptMove(planned: PlannedMove, context: StepContext): Promise<MoveReceipt> {
	await finish(planned, context);
	await verifyMove(planned, context);
	return moveReceipt(planned.move, context);
}

/**
 * What a guest that has arrived still lacks when nobody has seen its virsh to the end. A libvirtd of the source that dies in
 * the last moment of a migration finds, when it comes back, that its guest has gone, and keeps the definition that it was
 * told to drop: with that the guest would run twice after the host's next start.
 */
async function finish({move, options}: PlannedMove, context: StepContext): Promise<void> {
	const {at, source, destination} = await settle(move, context);
	if (at !== 'destination') return;
	if (startsThere(move) && destination?.autostart !== true) await context.run(autostart(move.destination, move.uuid));
	if (options.undefine_source === true && source !== undefined) await context.run(undefine(move.source, move.uuid));
}

/** What libvirt remembers of a move that has succeeded. */
async function moveReceipt(move: Move, context: StepContext): Promise<MoveReceipt> {
	const request = {kind: 'completed', host: move.destination, uuid: move.uuid} as const;
	const job = (await context.facts([request])).of(request);
	return job === undefined ? {} : {job};
}

/** virsh was ended, or gave up. A peer-to-peer migration goes on without it, so the hosts are asked. */
async function hasArrivedAllTheSame(move: Move, reason: unknown, context: StepContext): Promise<void> {
	if (!(reason instanceof CommandError)) throw reason;
	const why = whyFailed(reason);
	const failed = `${move.guest} did not move to ${move.destination}: ${why}`;
	const retry = isBusy(why) ? 'busy' : 'may';
	const settled = await settle(move, context).catch((error: unknown) => {
		// Who cannot be asked now is asked again when the move is taken back. Why it failed is what virsh said.
		throw new StepError(`${failed}; ${error instanceof Error ? error.message : error}`, undefined, {cause: reason});
	});
	if (settled.at === 'destination') return;
	if (settled.at === 'doubtful') throw doubtful(move, settled);
	throw new StepError(`${failed}; it is ${sightingText(move.source, settled.source)}`, undefined, {
		cause: reason,
		retry,
	});
}

/**
 * Has the guest arrived as it should be? Waits for a migration that is still under way.
 *
 * @throws StepError when not.
 */
export async function verifyMove({move}: PlannedMove, context: StepContext): Promise<void> {
	context.progress({phase: 'verify'});
	const {at, source, destination} = await settle(move, context);
	if (at !== 'destination') {
		throw new StepError(
			`${move.guest} did not move to ${move.destination}; it is ${sightingText(move.source, source)}`,
		);
	}
	const wrong = [
		move.persistentThere && destination?.persistent !== true && 'it has no definition there',
		!move.persistentThere && destination?.persistent === true && 'it has a definition there',
		move.persistentHere !== (source !== undefined) &&
			`${move.source} ${source === undefined ? 'has lost' : 'still has'} its definition`,
		startsThere(move) && destination?.autostart !== true && 'it does not start with that host',
		move.paused !== (destination?.state === 'paused') && `it is ${destination?.state} there`,
	].filter(text => text !== false);
	if (wrong.length > 0) throw new StepError(`${move.guest} is on ${move.destination}, but ${wrong.join(', ')}`);
}

/**
 * The move, for limits, progress and recap. libvirt tells at the destination what the memory took and nothing of the
 * disks: of those it is what their images hold.
 */
export function guestMove(move: Move, receipt: MoveReceipt | undefined, diskBytes = 0): GuestMove {
	const {memoryProcessedBytes, downtimeMs} = receipt?.job ?? {};
	const bytes = memoryProcessedBytes === undefined ? undefined : memoryProcessedBytes + diskBytes;
	return {
		guest: move.guest,
		uuid: move.uuid,
		from: move.source,
		to: move.destination,
		...(bytes === undefined ? {} : {bytes}),
		...(downtimeMs === undefined ? {} : {downtimeMs}),
	};
}

/** What `register` keeps of a move. */
export function moveResult(move: Move, receipt: MoveReceipt): Result {
	return {guest: move.guest, uuid: move.uuid, from: move.source, to: move.destination, job: receipt.job ?? null};
}

/** Only what has a definition can start with its host. */
function startsThere(move: Move): boolean {
	return move.autostart && move.persistentThere;
}

/** What libvirt says when all ports for migrations are taken, or the guest is held by another job. */
function isBusy(error: string): boolean {
	return /unused port in range|cannot acquire state change lock|another migration job is (already )?running/i.test(
		error,
	);
}

function whyFailed({failed}: CommandError): string {
	const errors = failed.stderr.match(/^error: .*$/gm) ?? [];
	return errors.at(-1)?.replace('error: ', '') ?? failed.ending;
}
