import {type ConvergencePolicy, passesToStall, qemuDowntimeMs} from './convergence.ts';

/** The expected memory copy of a running guest, without time limits. */
export type MemoryCopy = {
	/** Passes that have been sent whole. */
	readonly passes: number;
	readonly sentBytes: number;
	/** The memory remaining for the downtime. */
	readonly leftBytes: number;
	/** The pause that is allowed then. */
	readonly allowedMs: number;
	/** When the remaining memory fits into the downtime; omitted: never. */
	readonly endsMs?: number;
	/** When the move stalls; omitted: never. */
	readonly stallsMs?: number;
};

/** A move that requires more passes is not expected to converge. */
const mostPasses = 10_000;

/**
 * Each pass sends what was changed during the one before, until the rest fits into the pause that is allowed: with each
 * pass the next of the list. Pauses and stalls follow the rules of the watch over a real move.
 */
export function memoryCopy(
	memoryBytes: number,
	dirtyBytesPerSecond: number,
	bytesPerSecond: number,
	{downtimesMs, stall}: ConvergencePolicy,
): MemoryCopy {
	const msOf = (bytes: number) => (bytes * 1000) / bytesPerSecond;
	const pauses = downtimesMs.length === 0 ? [qemuDowntimeMs] : downtimesMs;
	const longest = pauses.length - 1;
	const allowedAfter = (passes: number) => pauses[Math.min(passes, longest)] ?? qemuDowntimeMs;
	const growth = dirtyBytesPerSecond / bytesPerSecond;
	const margin = 1 - (stall?.marginPercent ?? 0) / 100;
	let passes = 1;
	let sentBytes = memoryBytes;
	let leftBytes = Math.min(memoryBytes, memoryBytes * growth);
	let nowMs = msOf(memoryBytes);
	let low = {bytes: leftBytes, atMs: nowMs, passesSince: 0};
	const copy = () => ({passes, sentBytes, leftBytes, allowedMs: allowedAfter(passes)});
	while (msOf(leftBytes) > allowedAfter(passes)) {
		const stallsMs = stall === undefined ? Number.POSITIVE_INFINITY : low.atMs + stall.windowMs;
		if (low.passesSince >= passesToStall && stallsMs <= nowMs + msOf(leftBytes)) {
			return {...copy(), stallsMs: Math.ceil(Math.max(nowMs, stallsMs))};
		}
		const isHopeless = stall === undefined && growth >= 1 && passes >= longest;
		if (isHopeless || passes >= mostPasses) return copy();
		nowMs += msOf(leftBytes);
		sentBytes += leftBytes;
		leftBytes = Math.min(memoryBytes, leftBytes * growth);
		const isHelped = passes < longest;
		passes += 1;
		const bytes = Math.min(leftBytes, low.bytes);
		low =
			isHelped || leftBytes < low.bytes * margin
				? {bytes, atMs: nowMs, passesSince: 0}
				: {bytes, atMs: low.atMs, passesSince: low.passesSince + 1};
	}
	return {...copy(), endsMs: Math.ceil(msOf(sentBytes))};
}
