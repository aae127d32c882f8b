import {CommandError, StepError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import {autostart} from '../../virsh/lifecycle/autostart.ts';
import {resume} from '../../virsh/lifecycle/resume.ts';
import {undefine} from '../../virsh/lifecycle/undefine.ts';
import {setMaxDowntime} from '../../virsh/migration/convergence.ts';
import type {JobInfo} from '../../virsh/migration/domjobinfo.ts';
import {endVirsh} from '../../virsh/migration/end-virsh.ts';
import {type KeepaliveOptions, type MigrateOptions, migrate} from '../../virsh/migration/migrate.ts';
import type {GuestMove, Result, StepContext} from '../step.ts';
import type {TimeoutOutcome} from './convergence/controller.ts';
import {follow} from './convergence/follow.ts';
import type {PhaseTimes} from './convergence/phase-times.ts';
import {reasonRemedy, reasonText} from './convergence/reason-text.ts';
import {failureReason} from './failure-reason.ts';
import {confirmHandover} from './location/confirm-handover.ts';
import {type MoveState, statusText} from './location/guest-location.ts';
import {
	contradictoryError,
	postcopyFailedError,
	type ResolvedLocation,
	resolveGuestLocation,
} from './location/resolve-location.ts';
import {dataAddress, type GuestMigration, libvirtUri, staysPaused} from './move.ts';
import {withHalfOpenWatch} from './with-half-open-watch.ts';
import {withRelay} from './with-relay.ts';

/** A move with every option of virsh decided. */
export type PlannedMove = {readonly move: GuestMigration; readonly options: MigrateOptions & KeepaliveOptions};

export type MoveReceipt = {
	/** What libvirt tells of a finished move; left out when it has forgotten. */
	readonly job?: JobInfo;
	/** Left out when nobody has seen the whole of it. */
	readonly phasesMs?: PhaseTimes;
};

/** The writes of `runMove`. */
export function moveCommands(planned: PlannedMove): readonly Command[] {
	return [...before(planned.move), migration(planned), ...afterwards(planned.move)];
}

function before({source, uuid, convergence}: GuestMigration): readonly Command[] {
	const [first] = convergence?.downtimesMs ?? [];
	return first === undefined ? [] : [setMaxDowntime(source, uuid, first)];
}

function migration({move, options}: PlannedMove): Command {
	return migrate({
		...dataAddress(move.peer, options),
		...options,
		source: move.source,
		uuid: move.uuid,
		desturi: libvirtUri(move),
	});
}

function afterwards(move: GuestMigration): readonly Command[] {
	return startsThere(move) ? [autostart(move.destination, move.uuid)] : [];
}

/**
 * Runs virsh, telling the progress, and decides by what both hosts say, whatever virsh said.
 *
 * @throws StepError when the guest has stayed, StuckError when it cannot be said where it is.
 */
export async function runMove(planned: PlannedMove, context: StepContext): Promise<void> {
	const {move} = planned;
	for (const command of before(move)) await context.run(command);
	await withRelay(move, context, () => moveOnce(planned, context));
}

async function moveOnce(planned: PlannedMove, context: StepContext): Promise<void> {
	const {move} = planned;
	const begun = context.now();
	const running = guarded(planned, context, context.run(migration(planned)));
	const [outcome, followed] = await Promise.allSettled([running, follow(move, context, running)]);
	const timeoutOutcome = followed.status === 'fulfilled' ? followed.value : undefined;
	if (outcome.status === 'fulfilled') for (const command of afterwards(move)) await context.run(command);
	else {
		await hasArrivedAllTheSame(planned, outcome.reason, {timeoutOutcome, begun}, context);
		await finish(planned, context);
	}
	if (timeoutOutcome?.to === 'suspend') await letRunOn(move, context);
}

/** Whoever allows post-copy may need a way out of it. */
function guarded<T>({move, options}: PlannedMove, context: StepContext, running: Promise<T>): Promise<T> {
	return options.postcopy === true ? withHalfOpenWatch(move, context, running) : running;
}

/** It was paused so that its memory could be sent. */
async function letRunOn(move: GuestMigration, context: StepContext): Promise<void> {
	const {at, destination} = await resolveGuestLocation(move, context);
	if (at !== 'destination' || destination?.state !== 'paused' || staysPaused(move)) return;
	await context.run(resume(move.destination, move.uuid));
}

/** After a move whose end nobody saw: what is still to be done, and what libvirt remembers. Throws StepError if it is not done. */
export async function adoptMove(planned: PlannedMove, context: StepContext): Promise<MoveReceipt> {
	await finish(planned, context);
	await verifyMove(planned, context);
	if (planned.options.p2p !== true) await context.attempt(endVirsh(planned.move.source, planned.move.uuid));
	return moveReceipt(planned.move, context);
}

/**
 * What a guest that has arrived still lacks when nobody has seen its virsh to the end. A libvirtd of the source that dies in
 * the last moment of a migration finds, when it comes back, that its guest has gone, and keeps the definition that it was
 * told to drop: with that the guest would run twice after the host's next start.
 */
async function finish({move, options}: PlannedMove, context: StepContext): Promise<void> {
	const {at, source, destination} = await confirmHandover(move, context);
	if (at !== 'destination') return;
	if (startsThere(move) && destination?.autostart !== true) await context.run(autostart(move.destination, move.uuid));
	if (options.undefine_source === true && source !== undefined) await context.run(undefine(move.source, move.uuid));
}

/** What libvirt remembers of a move that has succeeded. */
export async function moveReceipt(move: GuestMigration, context: StepContext): Promise<MoveReceipt> {
	const request = {kind: 'completed', host: move.destination, uuid: move.uuid} as const;
	const [facts] = await Promise.all([context.facts([request]), lookBack(move, context)]);
	const job = facts.of(request);
	return job === undefined ? {} : {job};
}

/** Its definition at the destination, for the record of all commands, which has that at the source: a host may be silent. */
async function lookBack({destination, uuid}: GuestMigration, context: StepContext): Promise<void> {
	await context.facts([{kind: 'domain', host: destination, uuid}]).catch(() => {});
}

/** virsh was ended, or gave up. A peer-to-peer migration goes on without it, so the hosts are asked. */
async function hasArrivedAllTheSame(
	planned: PlannedMove,
	reason: unknown,
	{timeoutOutcome, begun}: {readonly timeoutOutcome: TimeoutOutcome | undefined; readonly begun: number},
	context: StepContext,
): Promise<void> {
	if (!(reason instanceof CommandError)) throw reason;
	const {move} = planned;
	const {
		text: why,
		remedy,
		side,
	} = timeoutOutcome?.to === 'abort'
		? {text: reasonText(timeoutOutcome.reason), remedy: reasonRemedy(timeoutOutcome.reason), side: undefined}
		: await failureReason(reason, move, context.now() - begun, context);
	const failed = `${move.guest} did not move to ${move.destination}: ${why}`;
	const retry = isBusy(why) ? 'busy' : 'may';
	const first = await confirmHandover(move, context).catch((error: unknown) => {
		// Who cannot be asked now is asked again when the move is taken back. Why it failed is what virsh said.
		throw new StepError(`${failed}; ${error instanceof Error ? error.message : error}`, remedy, {cause: reason});
	});
	const settled = first.at === 'postcopy-failed' ? await mend(planned, first, context) : first;
	if (settled.at === 'destination') return;
	if (!stayed.has(settled.at)) throw contradictoryError(move, settled);
	throw new StepError(`${failed}; it is ${statusText(move.source, settled.source)}`, remedy, {
		cause: reason,
		retry,
		...(side === undefined ? {} : {side}),
	});
}

/** It is at the source, or will be when what is wrong is taken back. */
const stayed: ReadonlySet<MoveState> = new Set(['source', 'paused-at-source', 'incoming']);

/** How often the rest of a torn guest is sent, and how long its hosts are given in between. */
const mendAttempts = 24;
const mendEveryMs = 5000;

/** Sends what is missing of a guest whose post-copy has failed, as soon as its hosts see each other again. */
async function mend(planned: PlannedMove, found: ResolvedLocation, context: StepContext): Promise<ResolvedLocation> {
	const {move, options} = planned;
	const again = migration({move, options: {...options, postcopy_resume: true}});
	let settled = found;
	for (let left = mendAttempts; settled.at === 'postcopy-failed' && left > 0; left--) {
		await context.sleep(mendEveryMs);
		const running = guarded(planned, context, context.attempt(again));
		await Promise.all([running, follow(move, context, running)]);
		settled = await resolveGuestLocation(move, context).catch(() => settled);
	}
	if (settled.at === 'postcopy-failed') throw postcopyFailedError(move, settled, again);
	return settled;
}

/**
 * Has the guest arrived as it should be? Waits for a migration that is still under way.
 *
 * @throws StepError when not.
 */
export async function verifyMove({move}: PlannedMove, context: StepContext): Promise<void> {
	context.progress({phase: 'verify'});
	const {at, source, destination} = await resolveGuestLocation(move, context);
	if (at !== 'destination') {
		throw new StepError(`${move.guest} did not move to ${move.destination}; it is ${statusText(move.source, source)}`);
	}
	const wrong = [
		move.persistentThere && destination?.persistent !== true && 'it has no definition there',
		!move.persistentThere && destination?.persistent === true && 'it has a definition there',
		move.persistentHere !== (source !== undefined) &&
			`${move.source} ${source === undefined ? 'has lost' : 'still has'} its definition`,
		startsThere(move) && destination?.autostart !== true && 'it does not start with that host',
		staysPaused(move) !== (destination?.state === 'paused') && `it is ${destination?.state} there`,
	].filter(text => text !== false);
	if (wrong.length > 0) throw new StepError(`${move.guest} is on ${move.destination}, but ${wrong.join(', ')}`);
}

/**
 * The move, for limits, progress and recap. libvirt tells at the destination what the memory took and nothing of the
 * disks: of those it is what their images hold.
 */
export function guestMove(move: GuestMigration, receipt: MoveReceipt | undefined, diskBytes = 0): GuestMove {
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
export function moveResult(move: GuestMigration, receipt: MoveReceipt): Result {
	const {job = null, phasesMs = null} = receipt;
	return {guest: move.guest, uuid: move.uuid, from: move.source, to: move.destination, job, phases_ms: phasesMs};
}

/** Only what has a definition can start with its host. */
function startsThere(move: GuestMigration): boolean {
	return move.autostart && move.persistentThere;
}

/** What libvirt says when all ports for migrations are taken, or the guest is held by another job. */
function isBusy(error: string): boolean {
	return /unused port in range|cannot acquire state change lock|another migration job is (already )?running/i.test(
		error,
	);
}
