import {CommandError, StepError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import {autostart, resume, undefine} from '../../virsh/lifecycle.ts';
import {setMaxDowntime} from '../../virsh/migration/convergence.ts';
import type {JobInfo} from '../../virsh/migration/domjobinfo.ts';
import {type KeepaliveOptions, type MigrateOptions, migrate} from '../../virsh/migration/migrate.ts';
import {endVirsh} from '../../virsh/migration/processes.ts';
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

/** A move with all virsh options. */
export type PlannedMove = {readonly move: GuestMigration; readonly options: MigrateOptions & KeepaliveOptions};

export type MoveReceipt = {
	/** libvirt's statistics of the completed move, if still available. */
	readonly job?: JobInfo;
	/** Omitted if the move was not observed completely. */
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
 * Runs virsh and reports progress. Both hosts, not the exit code of virsh, decide whether the move succeeded.
 *
 * @throws StepError when the guest stayed at the source, StuckError when its location is uncertain.
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
		await confirmArrivalDespiteError(planned, outcome.reason, {timeoutOutcome, begun}, context);
		await finish(planned, context);
	}
	if (timeoutOutcome?.to === 'suspend') await resumeAfterSuspend(move, context);
}

/** A move that may switch to post-copy is watched for half-open connections. */
function guarded<T>({move, options}: PlannedMove, context: StepContext, running: Promise<T>): Promise<T> {
	return options.postcopy === true ? withHalfOpenWatch(move, context, running) : running;
}

/** Resumes the guest, which was paused to send its memory. */
async function resumeAfterSuspend(move: GuestMigration, context: StepContext): Promise<void> {
	const {at, destination} = await resolveGuestLocation(move, context);
	if (at !== 'destination' || destination?.state !== 'paused' || staysPaused(move)) return;
	await context.run(resume(move.destination, move.uuid));
}

/**
 * After a move with an unknown outcome: completes it, and returns libvirt's statistics. Throws StepError if it did not
 * succeed.
 */
export async function adoptMove(planned: PlannedMove, context: StepContext): Promise<MoveReceipt> {
	await finish(planned, context);
	await verifyMove(planned, context);
	if (planned.options.p2p !== true) await context.attempt(endVirsh(planned.move.source, planned.move.uuid));
	return moveReceipt(planned.move, context);
}

/**
 * Completes a move whose virsh did not return. If libvirtd at the source dies at
 * the last moment of a migration, then after its restart the guest is gone, but the definition that it should have
 * removed remains: the guest would run twice after the next start of the host.
 */
async function finish({move, options}: PlannedMove, context: StepContext): Promise<void> {
	const {at, source, destination} = await confirmHandover(move, context);
	if (at !== 'destination') return;
	if (startsThere(move) && destination?.autostart !== true) await context.run(autostart(move.destination, move.uuid));
	if (options.undefine_source === true && source !== undefined) await context.run(undefine(move.source, move.uuid));
}

/** libvirt's statistics of a successful move. */
export async function moveReceipt(move: GuestMigration, context: StepContext): Promise<MoveReceipt> {
	const request = {kind: 'completed', host: move.destination, uuid: move.uuid} as const;
	const [facts] = await Promise.all([context.facts([request]), lookBack(move, context)]);
	const job = facts.of(request);
	return job === undefined ? {} : {job};
}

/**
 * Reads the definition at the destination, so that it is in the record of commands like that at the source. Failures
 * are ignored.
 */
async function lookBack({destination, uuid}: GuestMigration, context: StepContext): Promise<void> {
	await context.facts([{kind: 'domain', host: destination, uuid}]).catch(() => {});
}

/** virsh was killed or failed. A peer-to-peer migration continues without it, so the hosts are queried. */
async function confirmArrivalDespiteError(
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
		// An unreachable host is queried again by undo. The reason of the failure is the error of virsh.
		throw new StepError(`${failed}; ${error instanceof Error ? error.message : error}`, remedy, {cause: reason});
	});
	const settled = first.at === 'postcopy-failed' ? await recoverPostcopy(planned, first, context) : first;
	if (settled.at === 'destination') return;
	if (!stayed.has(settled.at)) throw contradictoryError(move, settled);
	throw new StepError(`${failed}; the guest is ${statusText(move.source, settled.source)}`, remedy, {
		cause: reason,
		retry,
		...(side === undefined ? {} : {side}),
	});
}

/** The guest is at the source, or will be after the undo. */
const stayed: ReadonlySet<MoveState> = new Set(['source', 'paused-at-source', 'incoming']);

/** Attempts to resume a failed post-copy, and the pause between them. */
const mendAttempts = 24;
const mendEveryMs = 5000;

/** Resumes a failed post-copy as soon as the hosts can reach each other again. */
async function recoverPostcopy(
	planned: PlannedMove,
	found: ResolvedLocation,
	context: StepContext,
): Promise<ResolvedLocation> {
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
 * Verifies that the guest has arrived in the expected state. Waits for a migration in progress.
 *
 * @throws StepError if it has not.
 */
export async function verifyMove({move}: PlannedMove, context: StepContext): Promise<void> {
	context.progress({phase: 'verify'});
	const {at, source, destination} = await resolveGuestLocation(move, context);
	if (at !== 'destination') {
		throw new StepError(`${move.guest} did not move to ${move.destination}: ${statusText(move.source, source)}`);
	}
	const wrong = [
		move.persistentThere && destination?.persistent !== true && 'the guest is not defined there',
		!move.persistentThere && destination?.persistent === true && 'the guest is unexpectedly defined there',
		move.persistentHere !== (source !== undefined) &&
			`the guest is ${source === undefined ? 'no longer' : 'still'} defined on ${move.source}`,
		startsThere(move) && destination?.autostart !== true && 'autostart is not set there',
		staysPaused(move) !== (destination?.state === 'paused') && `the guest is ${destination?.state} there`,
	].filter(text => text !== false);
	if (wrong.length > 0) throw new StepError(`${move.guest} is on ${move.destination}, but ${wrong.join(', ')}`);
}

/**
 * The move, for limits, progress and recap. The statistics at the destination include the memory but not the
 * disks, whose allocated size is used.
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

/** The result of a move for `register`. */
export function moveResult(move: GuestMigration, receipt: MoveReceipt): Result {
	const {job = null, phasesMs = null} = receipt;
	return {guest: move.guest, uuid: move.uuid, from: move.source, to: move.destination, job, phases_ms: phasesMs};
}

/** Only persistent guests can have autostart. */
function startsThere(move: GuestMigration): boolean {
	return move.autostart && move.persistentThere;
}

/** libvirt errors when all migration ports are in use, or another job holds the guest. */
function isBusy(error: string): boolean {
	return /unused port in range|cannot acquire state change lock|another migration job is (already )?running/i.test(
		error,
	);
}
