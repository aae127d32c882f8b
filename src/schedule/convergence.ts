/** The action for a move that does not converge: at its deadline, or when it stalls. */
export type TimeoutAction = 'abort' | 'suspend' | 'postcopy';

/** The convergence policy for guests of any size. */
export type ConvergenceRules = {
	/** Maximum downtimes: the first from the start, the next after each memory pass. Empty: QEMU's default. */
	readonly downtimesMs: readonly number[];
	/** How long the disks, and how long the memory may take: for each GiB of them, and at least. */
	readonly deadline: {readonly msPerGib: number; readonly atLeastMs: number};
	/** A move stalls without progress for `windowMs`; less than `marginPercent` of the remaining memory is no progress. */
	readonly stall: {readonly windowMs: number; readonly marginPercent: number};
	/** The action at the deadline or on a stall. */
	readonly timeoutAction: TimeoutAction;
};

/** The convergence rules of one move, with all values decided. */
export type ConvergencePolicy = {
	readonly downtimesMs: readonly number[];
	/** How long the disks, and how long the memory may take. */
	readonly limits?: {readonly disksMs?: number; readonly memoryMs: number};
	readonly stall?: ConvergenceRules['stall'];
	readonly timeoutAction: TimeoutAction;
};

/** QEMU's default of `downtime-limit` (qapi/migration.json). */
export const qemuDowntimeMs = 300;

/**
 * Defaults. The time per GiB, the window and the margin are KubeVirt's
 * (`completionTimeoutPerGiB`; its stall detector, VEP 248), and Nova scales its own timeout in the same way; the least
 * time is that of xen-api (`vm_evacuation.ml`).
 */
export const defaultConvergence: ConvergenceRules = {
	downtimesMs: [],
	deadline: {msPerGib: 150_000, atLeastMs: 240_000},
	stall: {windowMs: 40_000, marginPercent: 4},
	timeoutAction: 'abort',
};

/**
 * Minimum number of passes without progress for a stall. A single pass is not sufficient, as the guest may have been
 * busy just then.
 */
export const passesToStall = 2;

const gib = 1024 ** 3;

/**
 * The rules for a guest of this size. Disks count with their virtual size, since allocated sizes change while the guest
 * runs.
 */
export function convergenceOf(
	{downtimesMs, deadline, stall, timeoutAction}: ConvergenceRules,
	size: {readonly memoryBytes: number; readonly diskBytes: number},
): ConvergencePolicy {
	const limitFor = (bytes: number) => Math.round(Math.max(deadline.atLeastMs, (deadline.msPerGib * bytes) / gib));
	return {
		downtimesMs,
		limits: {disksMs: limitFor(size.diskBytes), memoryMs: limitFor(size.memoryBytes)},
		stall,
		timeoutAction,
	};
}
