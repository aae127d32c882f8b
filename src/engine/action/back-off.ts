/** The longest wait. */
const longestMs = 60_000;

/** Between two looks at a host that is busy, and how often it is looked at: for half an hour. */
export const busy = {delayMs: 10_000, tries: 180} as const;

/**
 * How long to wait after the n-th failure: twice as long each time, and by chance up to half less, so that what has failed
 * together does not come back together.
 */
export function backOffMs(delayMs: number, failures: number, random: () => number): number {
	const full = Math.min(longestMs, delayMs * 2 ** (failures - 1));
	return Math.round(full * (1 - random() / 2));
}
