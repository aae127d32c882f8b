/**
 * Waits for all promises even if one fails, since the others are in progress on hosts and must be completed. Then throws
 * the first failure.
 */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
	await Promise.allSettled(work);
	return Promise.all(work);
}
