import type {Unit} from './problem.ts';
import type {State} from './state.ts';

/** The units that have come to a host, always in the same order. */
export function arrivals(state: State, host: number): readonly Unit[] {
	const indices = [...(state.arrivals[host] ?? [])].sort((a, b) => a - b);
	return indices.flatMap(index => state.problem.units[index] ?? []);
}
