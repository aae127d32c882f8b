import {isActiveJob, type JobInfo} from '../../../virsh/migration/domjobinfo.ts';
import type {Progress, StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import {ConvergenceController, type TimeoutOutcome} from './controller.ts';

const tickMs = 500;

/**
 * Reports the progress of a migration twice a second until `until` settles, and applies the convergence policy.
 * Returns the actions taken. A failed poll is not a failure of the move.
 */
export async function follow(
	move: GuestMigration,
	context: StepContext,
	until: Promise<unknown>,
): Promise<TimeoutOutcome | undefined> {
	const controller = new ConvergenceController(move, context);
	let over = false;
	const end = () => {
		over = true;
	};
	const ended = until.then(end, end);
	while (!over) {
		await Promise.race([ended, nextTick(context)]);
		if (over || context.signal.aborted) break;
		await Promise.race([ended, observeJob(controller, move, context).catch(() => {})]);
	}
	await ended;
	return controller.timeoutOutcome;
}

/** Waits while the source has a job for the guest, as `follow` does. Returns whether there was one. */
export async function waitForJob(move: GuestMigration, context: StepContext): Promise<boolean> {
	const controller = new ConvergenceController(move, context);
	for (let waited = false; ; waited = true) {
		if (!(await observeJob(controller, move, context))) return waited;
		await nextTick(context);
	}
}

/** Whether a migration is in progress. */
async function observeJob(
	controller: ConvergenceController,
	move: GuestMigration,
	context: StepContext,
): Promise<boolean> {
	const job = await readJob(move.source, move.uuid, context);
	if (job === undefined || !isActiveJob(job)) return false;
	context.progress(progressOf(job, move.memoryKib));
	await controller.look(job);
	return true;
}

export async function readJob(host: string, uuid: string, context: StepContext): Promise<JobInfo | undefined> {
	const request = {kind: 'job', host, uuid} as const;
	return (await context.facts([request])).of(request);
}

/** All monitors poll at the same times, so that one command can read all jobs. */
async function nextTick(context: StepContext): Promise<void> {
	await context.sleep(tickMs - (context.now() % tickMs));
}

/** Progress of disks and memory together: libvirt reports the memory only after the disks have been copied. */
export function progressOf(job: JobInfo, memoryKib: number): Progress {
	const inMemory = (job.memoryTotalBytes ?? 0) > 0;
	const memoryTotal = inMemory ? (job.memoryTotalBytes ?? 0) : memoryKib * 1024;
	const memoryRemaining = inMemory ? (job.memoryRemainingBytes ?? 0) : memoryTotal;
	const throttle = job.autoConvergeThrottlePercent ?? 0;
	const totalBytes = (job.diskTotalBytes ?? 0) + memoryTotal;
	const remainingBytes = (job.diskRemainingBytes ?? 0) + memoryRemaining;
	const rate = inMemory ? job.memoryBytesPerSecond : job.diskBytesPerSecond;
	const dirty = inMemory ? (job.memoryDirtyPages ?? 0) * (job.pageBytes ?? 4096) : undefined;
	const phase = (job.diskTotalBytes ?? 0) > 0 ? 'disks' : 'prepare';
	return {
		phase: inMemory ? 'memory' : phase,
		totalBytes,
		remainingBytes,
		...(totalBytes > 0 ? {percent: Math.round((1000 * (totalBytes - remainingBytes)) / totalBytes) / 10} : {}),
		...(rate === undefined ? {} : {bytesPerSecond: rate}),
		...(dirty === undefined ? {} : {dirtyBytesPerSecond: dirty}),
		...(inMemory && job.iteration !== undefined ? {iteration: job.iteration} : {}),
		...(throttle > 0 ? {throttlePercent: throttle} : {}),
	};
}
