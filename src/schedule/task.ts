import type {Prediction} from './predict.ts';
import type {Transfer} from './transfer.ts';

/** A move as the simulation sees it. */
export type ScheduleTask = {
	readonly transfer: Transfer;
	/** The bandwidth of each of its streams. */
	readonly bandwidthMib: number;
	readonly prediction: Prediction;
};
