import type {ForeseenFile} from '../facts/foreseen-changes.ts';
import type {ConvergencePolicy} from '../schedule/convergence.ts';
import type {Rewrite} from '../virsh/definition/rewrite-xml.ts';

/** The data of a move, for estimates of time and required capacity. */
export type MoveLoad = {
	readonly state: 'running' | 'paused' | 'off';
	/** Shut down for the move, and started afterwards. */
	readonly isStopped?: true;
	/** The memory to send; 0 for a guest that is shut off. */
	readonly memoryBytes: number;
	/** The memory required at the destination, including QEMU's overhead; 0 for a guest that is shut off. */
	readonly requiredKib: number;
	/** The allocated size of each copied disk. */
	readonly diskBytes: readonly number[];
	/** The files that it creates at the destination, with their sources. */
	readonly files: readonly ForeseenFile[];
	/** What its definition names otherwise at the destination, besides paths. Default: nothing. */
	readonly rewrites?: readonly Rewrite[];
	/** The bandwidth limit for the memory and for each disk. */
	readonly bandwidthMib?: number;
	/** The convergence policy. Default: none. */
	readonly convergence?: ConvergencePolicy;
};
