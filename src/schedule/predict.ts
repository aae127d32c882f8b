import type {ClusterGuest, MigrationMode} from '../placement/cluster.ts';
import {type ConvergencePolicy, convergenceOf, defaultConvergence, type TimeoutAction} from './convergence.ts';
import {type MemoryCopy, memoryCopy} from './memory-copy.ts';

/** The properties of a move that determine its duration. */
export type TransferLoad = {
	readonly mode: MigrationMode;
	readonly state: ClusterGuest['state'];
	/** 0 for a guest that is off. */
	readonly memoryBytes: number;
	/** The data of each disk that is copied. */
	readonly diskBytes: readonly number[];
	/** The dirty rate, if measured. */
	readonly dirtyBytesPerSecond?: number;
	/** The convergence rules. Default: none. */
	readonly convergence?: ConvergencePolicy;
};

/** The assumptions of a prediction. */
export type Assumptions = {
	/** To read facts and create the images. */
	readonly prepareMs: number;
	/** To start QEMU at the destination, and to verify and clean up afterwards. */
	readonly aroundMs: number;
	/** For a guest to shut down and start again in a cold move. */
	readonly stopMs: number;
	readonly startMs: number;
	/** For the device state and the start at the destination: no bandwidth makes the downtime shorter. */
	readonly handoverMs: number;
	/** The assumed dirty rate of an unmeasured guest, as a share of the bandwidth. */
	readonly dirtyShare: number;
};

export const defaultAssumptions: Assumptions = {
	prepareMs: 2000,
	aroundMs: 2000,
	stopMs: 30_000,
	startMs: 5000,
	handoverMs: 50,
	dirtyShare: 0.1,
};

/** The prediction for a move, in whole milliseconds and bytes. */
export type Prediction = {
	readonly bytes: number;
	/**
	 * From the first byte to the verification at the destination, or until the move is aborted; preparation is not
	 * included.
	 */
	readonly durationMs: number;
	/**
	 * The downtime, at most what is allowed: short for a live move, almost the whole duration for a cold one; 0 for a guest
	 * that is shut off. Only a guest that is suspended at a deadline is paused for longer.
	 */
	readonly pauseMs: number;
	/** Passes over the memory; 0 for a cold move. */
	readonly passes: number;
	/**
	 * With `never`, the guest changes memory faster than it can be sent: the duration is that of the deadline or the
	 * stall.
	 */
	readonly converges: 'yes' | 'never';
	/** The move is not expected to end by itself in time. */
	readonly timeout?: Timeout;
	/** The dirty rate was not measured. */
	readonly isGuess: boolean;
};

/** Why, when and how a move is expected to be aborted or forced to its end. */
export type Timeout = {
	readonly phase: 'disks' | 'memory';
	readonly cause: 'deadline' | 'stall';
	/** From the start of the phase. */
	readonly afterMs: number;
	readonly timeoutAction: TimeoutAction;
};

/** The bandwidth applies to each stream: to every disk, and then to the memory. */
export function predict(load: TransferLoad, bandwidthMib: number, assumptions: Assumptions): Prediction {
	const stream = bandwidthMib * 1024 ** 2;
	const diskBytes = load.diskBytes.reduce((sum, bytes) => sum + bytes, 0);
	const disksMs = milliseconds(Math.max(0, ...load.diskBytes), stream);
	return load.mode === 'live'
		? predictLive(load, stream, diskBytes, disksMs, assumptions)
		: predictCold(load, diskBytes, disksMs, assumptions);
}

function predictCold(
	{state}: TransferLoad,
	bytes: number,
	disksMs: number,
	{aroundMs, stopMs, startMs}: Assumptions,
): Prediction {
	const pauseMs = state === 'off' ? 0 : stopMs + disksMs + startMs;
	const durationMs = aroundMs + (state === 'off' ? disksMs : pauseMs);
	return {bytes, durationMs, pauseMs, passes: 0, converges: 'yes', isGuess: false};
}

function predictLive(
	load: TransferLoad,
	stream: number,
	diskBytes: number,
	disksMs: number,
	{handoverMs, aroundMs, dirtyShare}: Assumptions,
): Prediction {
	const {state, memoryBytes, dirtyBytesPerSecond, convergence = leftToItself} = load;
	const dirty = state === 'paused' ? 0 : (dirtyBytesPerSecond ?? stream * dirtyShare);
	const copy = memoryCopy(memoryBytes, dirty, stream, convergence);
	const common = {
		passes: copy.passes,
		converges: copy.endsMs === undefined ? 'never' : 'yes',
		isGuess: state !== 'paused' && dirtyBytesPerSecond === undefined,
	} as const;
	const timeout = lateDisks(disksMs, convergence) ?? lateMemory(copy, convergence);
	if (timeout?.phase === 'disks') {
		const most = (stream * timeout.afterMs) / 1000;
		const bytes = Math.round(load.diskBytes.reduce((sum, bytes) => sum + Math.min(bytes, most), 0));
		return {...common, bytes, durationMs: aroundMs + timeout.afterMs, pauseMs: 0, timeout};
	}
	const {sentBytes, leftBytes, allowedMs} = copy;
	const leftMs = milliseconds(leftBytes, stream);
	if (copy.endsMs !== undefined && timeout === undefined) {
		const pauseMs = Math.min(allowedMs, handoverMs + leftMs);
		const bytes = Math.round(diskBytes + sentBytes + leftBytes);
		return {...common, bytes, durationMs: aroundMs + disksMs + copy.endsMs + pauseMs, pauseMs};
	}
	const afterMs = timeout?.afterMs ?? usualMs(memoryBytes);
	const {timeoutAction} = convergence;
	const isSent = timeoutAction !== 'abort';
	// A move that would converge later has more to send than the rest of its last pass.
	const unsentBytes = (stream * Math.max(0, (copy.endsMs ?? afterMs) - afterMs)) / 1000;
	const restBytes = Math.min(memoryBytes, leftBytes + unsentBytes);
	const restMs = milliseconds(restBytes, stream);
	return {
		...common,
		bytes: Math.round(diskBytes + (stream * afterMs) / 1000 + (isSent ? restBytes : 0)),
		durationMs: aroundMs + disksMs + afterMs + (isSent ? restMs : 0),
		// A move that times out may still converge at the last moment, after the allowed downtime.
		pauseMs: {abort: allowedMs, suspend: handoverMs + restMs, postcopy: Math.min(allowedMs, handoverMs)}[timeoutAction],
		...(timeout === undefined ? {} : {timeout}),
	};
}

const leftToItself: ConvergencePolicy = {downtimesMs: [], timeoutAction: 'abort'};

/** Disks that are late always end the move. */
function lateDisks(disksMs: number, {limits}: ConvergencePolicy): Timeout | undefined {
	const limitMs = limits?.disksMs;
	if (limitMs === undefined || disksMs <= limitMs) return undefined;
	return {phase: 'disks', cause: 'deadline', afterMs: limitMs, timeoutAction: 'abort'};
}

/** The earlier of deadline and stall; undefined for a copy that ends before both. */
function lateMemory({endsMs, stallsMs}: MemoryCopy, {limits, timeoutAction}: ConvergencePolicy): Timeout | undefined {
	const limitMs = limits?.memoryMs ?? Number.POSITIVE_INFINITY;
	if (stallsMs !== undefined && stallsMs < limitMs)
		return {phase: 'memory', cause: 'stall', afterMs: stallsMs, timeoutAction};
	const isLate = limitMs < (endsMs ?? Number.POSITIVE_INFINITY);
	return isLate ? {phase: 'memory', cause: 'deadline', afterMs: limitMs, timeoutAction} : undefined;
}

/** The default deadline, for a move without one. */
function usualMs(memoryBytes: number): number {
	return convergenceOf(defaultConvergence, {memoryBytes, diskBytes: 0}).limits?.memoryMs ?? 0;
}

function milliseconds(bytes: number, bytesPerSecond: number): number {
	return Math.ceil((bytes * 1000) / bytesPerSecond);
}
