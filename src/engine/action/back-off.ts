/** The maximum wait. */
const longestMs = 60_000;

/** Interval and number of attempts for a busy host: half an hour in total. */
export const busy = {delayMs: 10_000, tries: 180} as const;

/**
 * The wait after the n-th failure: doubled each time, and randomly reduced by up to half, so that actions that failed
 * together are not retried together.
 */
export function backOffMs(delayMs: number, failures: number, random: () => number): number {
	const full = Math.min(longestMs, delayMs * 2 ** (failures - 1));
	return Math.round(full * (1 - random() / 2));
}
