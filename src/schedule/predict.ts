import type {Transfer} from './transfer.ts';

/** The assumptions of a prediction. */
export type Assumptions = {
	/** To read facts and create the images. */
	readonly prepareMs: number;
	/** To start QEMU at the destination, and to verify and clean up afterwards. */
	readonly aroundMs: number;
	/** For a guest to shut down and start again in a cold move. */
	readonly stopMs: number;
	readonly startMs: number;
	/** The maximum downtime of a guest that moves live. */
	readonly maxDowntimeMs: number;
	/** For the device state and the start at the destination: no bandwidth makes the downtime shorter. */
	readonly handoverMs: number;
	/** The assumed dirty rate of an unmeasured guest, as a share of the bandwidth. */
	readonly dirtyShare: number;
	/** The deadline of a move that does not converge: per GiB of data, with a minimum. */
	readonly deadlineMsPerGib: number;
	readonly deadlineAtLeastMs: number;
};

export const defaultAssumptions: Assumptions = {
	prepareMs: 2000,
	aroundMs: 2000,
	stopMs: 30_000,
	startMs: 5000,
	maxDowntimeMs: 500,
	handoverMs: 50,
	dirtyShare: 0.1,
	deadlineMsPerGib: 150_000,
	deadlineAtLeastMs: 240_000,
};

/** The prediction for a move, in whole milliseconds and bytes. */
export type Prediction = {
	readonly bytes: number;
	/** From the first byte to the verification at the destination; preparation is not included. */
	readonly durationMs: number;
	/**
	 * The downtime: short for a live move, almost the whole duration for a cold one; 0 for a guest that is shut off.
	 */
	readonly pauseMs: number;
	/** Passes over the memory; 0 for a cold move. */
	readonly passes: number;
	/** With `never`, the guest changes memory faster than it can be sent; the duration is then the deadline. */
	readonly converges: 'yes' | 'never';
	/** The dirty rate was not measured. */
	readonly isGuess: boolean;
};

/** A guest that needs more passes changes memory almost as fast as it is sent and would not finish in time. */
const mostPasses = 64;

/** The bandwidth applies to each stream: to every disk, and then to the memory. */
export function predict(transfer: Transfer, bandwidthMib: number, assumptions: Assumptions): Prediction {
	const stream = bandwidthMib * 1024 ** 2;
	const diskBytes = transfer.diskBytes.reduce((sum, bytes) => sum + bytes, 0);
	const disksMs = milliseconds(transfer.diskBytes[0] ?? 0, stream);
	return transfer.move.mode === 'live'
		? predictLive(transfer, stream, diskBytes, disksMs, assumptions)
		: predictCold(transfer, diskBytes, disksMs, assumptions);
}

function predictCold(
	{guest}: Transfer,
	bytes: number,
	disksMs: number,
	{aroundMs, stopMs, startMs}: Assumptions,
): Prediction {
	const pauseMs = guest.state === 'off' ? 0 : stopMs + disksMs + startMs;
	const durationMs = aroundMs + (guest.state === 'off' ? disksMs : pauseMs);
	return {bytes, durationMs, pauseMs, passes: 0, converges: 'yes', isGuess: false};
}

/** Each pass sends what was changed during the previous one, until the rest can be sent within the maximum downtime. */
function predictLive(
	{guest, memoryBytes}: Transfer,
	stream: number,
	diskBytes: number,
	disksMs: number,
	assumptions: Assumptions,
): Prediction {
	const {maxDowntimeMs, handoverMs, aroundMs, dirtyShare, deadlineMsPerGib, deadlineAtLeastMs} = assumptions;
	const dirty = guest.state === 'paused' ? 0 : (guest.dirtyBytesPerSecond ?? stream * dirtyShare);
	const isGuess = guest.state !== 'paused' && guest.dirtyBytesPerSecond === undefined;
	const pausable = (stream * maxDowntimeMs) / 1000;
	let passes = 1;
	let sent = memoryBytes;
	let left = Math.min(memoryBytes, (dirty * memoryBytes) / stream);
	while (left > pausable && dirty < stream && passes < mostPasses) {
		passes += 1;
		sent += left;
		left = (dirty * left) / stream;
	}
	if (left > pausable) {
		const gib = (diskBytes + memoryBytes) / 1024 ** 3;
		const memoryMs = Math.max(deadlineAtLeastMs, Math.ceil(deadlineMsPerGib * gib));
		const bytes = diskBytes + Math.round((stream * memoryMs) / 1000);
		const durationMs = aroundMs + disksMs + memoryMs;
		return {bytes, durationMs, pauseMs: maxDowntimeMs, passes, converges: 'never', isGuess};
	}
	const pauseMs = handoverMs + milliseconds(left, stream);
	return {
		bytes: Math.round(diskBytes + sent + left),
		durationMs: aroundMs + disksMs + milliseconds(sent, stream) + pauseMs,
		pauseMs,
		passes,
		converges: 'yes',
		isGuess,
	};
}

function milliseconds(bytes: number, bytesPerSecond: number): number {
	return Math.ceil((bytes * 1000) / bytesPerSecond);
}
