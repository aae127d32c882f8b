import {type ConvergencePolicy, passesToStall, type TimeoutAction} from '../../../schedule/convergence.ts';
import type {JobInfo} from '../../../virsh/migration/domjobinfo.ts';

/** One poll of a migration. */
export type Sample = {
	readonly atMs: number;
	/** `prepare`: the hosts agree on the migration, and nothing is sent yet. */
	readonly phase: 'prepare' | 'disks' | 'memory';
	/** Memory passes started so far. */
	readonly pass: number;
	readonly sentBytes: number;
	readonly leftBytes: number;
	/** CPU throttling of the guest. */
	readonly throttlePercent: number;
};

/** The observed state of a migration. */
export type Watch = {
	readonly phase: Sample['phase'];
	readonly phaseSinceMs: number;
	readonly pass: number;
	readonly sent: {readonly bytes: number; readonly atMs: number};
	/** The least memory remaining at the start of a pass, and the number of passes since. */
	readonly low: {readonly bytes: number; readonly atMs: number; readonly passesSince: number};
	readonly throttlePercent: number;
	/** Index of the current maximum downtime. */
	readonly downtime: number;
	readonly timeoutOutcome?: TimeoutAction;
};

/** Why the convergence policy intervenes. */
export type Reason =
	| {readonly kind: 'silent'; readonly phase: Sample['phase']; readonly forMs: number}
	| {
			readonly kind: 'stalled';
			readonly phase: 'memory';
			readonly forMs: number;
			readonly leftBytes: number;
			readonly pass: number;
	  }
	| {readonly kind: 'late'; readonly phase: 'disks' | 'memory'; readonly afterMs: number};

export type Order =
	| {readonly kind: 'allow'; readonly downtimeMs: number}
	| {readonly kind: 'timeout'; readonly to: TimeoutAction; readonly reason: Reason};

/** Undefined while libvirt reports no progress. */
export function sampleOf(job: JobInfo, atMs: number): Sample | undefined {
	const common = {atMs, throttlePercent: job.autoConvergeThrottlePercent ?? 0};
	if ((job.memoryTotalBytes ?? 0) > 0) {
		const {iteration: pass = 0, memoryProcessedBytes: sentBytes = 0, memoryRemainingBytes: leftBytes = 0} = job;
		return {...common, phase: 'memory', pass, sentBytes, leftBytes};
	}
	if (job.diskProcessedBytes === undefined) return undefined;
	return {
		...common,
		// A guest without disks to copy has none of their bytes, and no more has one whose copy has not begun.
		phase: (job.diskTotalBytes ?? 0) > 0 ? 'disks' : 'prepare',
		pass: 0,
		sentBytes: job.diskProcessedBytes,
		leftBytes: job.diskRemainingBytes ?? 0,
	};
}

/**
 * One step of the monitoring. Pure.
 *
 * The remaining memory falls during a pass, and rises to the memory dirtied meanwhile when the next pass starts.
 * Therefore only the starts of passes are compared, and a pass that takes long on a slow link is
 * not a stall. A longer allowed downtime, or stronger throttling, restarts the window.
 */
export function observe(
	before: Watch | undefined,
	sample: Sample,
	policy: ConvergencePolicy,
): {readonly watch: Watch; readonly orders: readonly Order[]} {
	if (before === undefined || before.phase !== sample.phase) return {watch: enter(before, sample), orders: []};
	const watch = advance(before, sample, policy);
	const downtimeMs = policy.downtimesMs[watch.downtime];
	const allow: readonly Order[] =
		watch.downtime === before.downtime || downtimeMs === undefined ? [] : [{kind: 'allow', downtimeMs}];
	const reason = reasonToEnd(watch, sample, policy);
	if (reason === undefined) return {watch, orders: allow};
	const to =
		reason.kind === 'silent' || (reason.kind === 'late' && reason.phase === 'disks') ? 'abort' : policy.timeoutAction;
	return {watch: {...watch, timeoutOutcome: to}, orders: [{kind: 'timeout', to, reason}]};
}

/** The first poll is in the middle of a pass, so the remaining memory at its start is unknown. */
function enter(before: Watch | undefined, {phase, pass, atMs, sentBytes, throttlePercent}: Sample): Watch {
	return {
		phase,
		phaseSinceMs: atMs,
		pass,
		sent: {bytes: sentBytes, atMs},
		low: {bytes: Number.POSITIVE_INFINITY, atMs, passesSince: 0},
		throttlePercent,
		downtime: before?.downtime ?? 0,
		...(before?.timeoutOutcome === undefined ? {} : {timeoutOutcome: before.timeoutOutcome}),
	};
}

function advance(
	before: Watch,
	{pass, atMs, sentBytes, leftBytes, throttlePercent}: Sample,
	policy: ConvergencePolicy,
): Watch {
	const isNewPass = pass > before.pass;
	const last = Math.max(0, policy.downtimesMs.length - 1);
	const downtime = isNewPass && pass > 1 ? Math.min(before.downtime + 1, last) : before.downtime;
	const isHelped = downtime > before.downtime || throttlePercent > before.throttlePercent;
	const margin = 1 - (policy.stall?.marginPercent ?? 0) / 100;
	const isLess = isNewPass && leftBytes < before.low.bytes * margin;
	const bytes = isNewPass ? Math.min(leftBytes, before.low.bytes) : before.low.bytes;
	return {
		...before,
		pass: Math.max(pass, before.pass),
		sent: sentBytes === before.sent.bytes ? before.sent : {bytes: sentBytes, atMs},
		low:
			isLess || isHelped
				? {bytes, atMs, passesSince: 0}
				: {...before.low, passesSince: before.low.passesSince + (isNewPass ? 1 : 0)},
		throttlePercent,
		downtime,
	};
}

/**
 * When nothing remains, QEMU stops counting, but data may still be in the buffers of a slow link: the guest
 * is paused and about to switch over. The value is KubeVirt's.
 */
const switchoverMs = 60_000;

function reasonToEnd(watch: Watch, {atMs, leftBytes}: Sample, {stall, limits}: ConvergencePolicy): Reason | undefined {
	const {phase, pass, sent, low, phaseSinceMs, timeoutOutcome} = watch;
	// Post-copy cannot be aborted, and QEMU itself detects a failed link.
	if (timeoutOutcome === 'postcopy' || timeoutOutcome === 'abort') return undefined;
	const silentMs = atMs - sent.atMs;
	if (stall !== undefined && silentMs >= Math.max(stall.windowMs, leftBytes === 0 ? switchoverMs : 0)) {
		return {kind: 'silent', phase, forMs: silentMs};
	}
	if (timeoutOutcome === 'suspend') return undefined;
	if (stall !== undefined && low.passesSince >= passesToStall && atMs - low.atMs >= stall.windowMs) {
		return {kind: 'stalled', phase: 'memory', forMs: atMs - low.atMs, leftBytes: low.bytes, pass};
	}
	if (phase === 'prepare') return undefined;
	const limitMs = phase === 'disks' ? limits?.disksMs : limits?.memoryMs;
	if (limitMs !== undefined && atMs - phaseSinceMs >= limitMs)
		return {kind: 'late', phase, afterMs: atMs - phaseSinceMs};
	return undefined;
}
