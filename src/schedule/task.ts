import type {Bandwidth} from './bandwidth.ts';
import type {Prediction} from './predict.ts';
import type {Transfer} from './transfer.ts';

/** A move as the simulation sees it. */
export type Task = {
	readonly transfer: Transfer;
	readonly bandwidth: Bandwidth;
	readonly prediction: Prediction;
};
