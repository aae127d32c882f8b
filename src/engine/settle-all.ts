/**
 * Waits for all, also when one fails: what runs beside it is under way on a host and must be seen to its end. Then throws
 * the first failure.
 */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
	await Promise.allSettled(work);
	return Promise.all(work);
}
