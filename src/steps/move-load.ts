import type {ForeseenFile} from '../facts/foreseen-changes.ts';
import type {ConvergencePolicy} from '../schedule/convergence.ts';

/** What a move of a guest carries: for the time that it takes, and for the room that it needs. */
export type MoveLoad = {
	readonly state: 'running' | 'paused' | 'off';
	/** The memory that is sent; 0 for a guest that is off. */
	readonly memoryBytes: number;
	/** What the guest takes of the destination's memory, with QEMU's own share; 0 for one that is off. */
	readonly requiredKib: number;
	/** What each disk holds that is copied. */
	readonly diskBytes: readonly number[];
	/** The files that it makes at the destination out of those of the source. */
	readonly files: readonly ForeseenFile[];
	/** The most that the memory, and each disk, may take of the link. */
	readonly bandwidthMib?: number;
	/** How it is brought to its end; left out: it is left to itself. */
	readonly convergence?: ConvergencePolicy;
};
