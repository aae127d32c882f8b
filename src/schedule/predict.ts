import type {Transfer} from './transfer.ts';

/** What a prediction takes for granted. */
export type Assumptions = {
	/** To read what is there and to make the images. */
	readonly prepareMs: number;
	/** To start the guest's process there before, to prove and clean up after. */
	readonly aroundMs: number;
	/** For a guest to shut down, and to start, when it moves cold. */
	readonly stopMs: number;
	readonly startMs: number;
	/** How long a guest that goes live may stand still at the end. */
	readonly maxDowntimeMs: number;
	/** For the state of the devices and the start there: no bandwidth makes a pause shorter. */
	readonly handoverMs: number;
	/** How fast a guest that nobody has measured changes its memory, as a part of the bandwidth. */
	readonly dirtyShare: number;
	/** When a move that does not end is given up: so long for each GiB of data, and at least so long. */
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

/** What is to be expected of a move. Whole milliseconds and bytes. */
export type Prediction = {
	readonly bytes: number;
	/** From the first byte to the proof that it runs there; preparing is not in it. */
	readonly durationMs: number;
	/** How long the guest stands still: a moment for a live move, almost all of a cold one; 0 for one that is off. */
	readonly pauseMs: number;
	/** Passes over the memory; 0 for a cold move. */
	readonly passes: number;
	/** With `never` it changes memory faster than it can be sent: the time is that of the deadline. */
	readonly converges: 'yes' | 'never';
	/** Its dirty rate was not measured. */
	readonly isGuess: boolean;
};

/** Whoever needs more passes changes memory almost as fast as it is sent, and would not end in time. */
const mostPasses = 64;

/** The bandwidth is that of each stream: of every disk, and of the memory after them. */
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

/** Each pass sends what was changed during the one before, until the rest fits into the longest pause allowed. */
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
