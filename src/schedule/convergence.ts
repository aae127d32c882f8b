/** What is done with a move that does not come to its end: at a deadline, or when it makes no progress any more. */
export type TimeoutAction = 'abort' | 'suspend' | 'postcopy';

/** How live moves of guests of any size are brought to their end. */
export type ConvergenceRules = {
	/** How long a guest may stand still: the first from the beginning, with each pass over the memory the next. Empty: QEMU's own. */
	readonly downtimesMs: readonly number[];
	/** How long the disks, and how long the memory may take: for each GiB of them, and at least. */
	readonly deadline: {readonly msPerGib: number; readonly atLeastMs: number};
	/** Without progress for so long, the move is stuck; less than so much of what was left is no progress. */
	readonly stall: {readonly windowMs: number; readonly marginPercent: number};
	/** What is done when the deadline or the stall is reached. */
	readonly timeoutAction: TimeoutAction;
};

/** How one live move is brought to its end, and when it is given up. All of it decided; a watch only compares. */
export type ConvergencePolicy = {
	readonly downtimesMs: readonly number[];
	/** How long the disks, and how long the memory may take. */
	readonly limits?: {readonly disksMs?: number; readonly memoryMs: number};
	readonly stall?: ConvergenceRules['stall'];
	readonly timeoutAction: TimeoutAction;
};

/** QEMU's `downtime-limit` of a guest for which nobody has set it (qapi/migration.json). */
export const qemuDowntimeMs = 300;

/**
 * What holds where the playbook says nothing. The time for each GiB, the window and the margin are KubeVirt's
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
 * A move counts as stalled after so many passes without progress: one pass alone says little, as the guest may have been
 * busy just then.
 */
export const passesToStall = 2;

const gib = 1024 ** 3;

/** The rules for a guest of this size. Disks count with their whole size: what they hold changes while the guest runs. */
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
