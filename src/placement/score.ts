import {value} from './at.ts';
import type {Unit} from './problem.ts';
import type {State} from './state.ts';

/** The priorities of the guests, in descending order. */
export function prioritiesOf(units: readonly Unit[]): readonly number[] {
	const all = new Set(units.flatMap(({guests}) => guests.map(({priority}) => priority)));
	return [...all].sort((a, b) => b - a);
}

/** The number of placed guests of each priority, in descending order of priority. */
export function placedByPriority(state: State, counts = (unit: Unit) => isPlaced(state, unit)): readonly number[] {
	const {units} = state.problem;
	const placed = new Map(prioritiesOf(units).map(priority => [priority, 0]));
	for (const unit of units.filter(counts)) {
		for (const {priority} of unit.guests) placed.set(priority, (placed.get(priority) ?? 0) + 1);
	}
	return [...placed.values()];
}

/** Positive if the first is better: it places more guests of the highest priority at which they differ. */
export function comparePlaced(a: readonly number[], b: readonly number[]): number {
	const differs = a.findIndex((count, index) => count !== b[index]);
	return (a[differs] ?? 0) - (b[differs] ?? 0);
}

/** The highest memory share of any host that receives a guest; 0 if none does. */
export function highestShare(state: State): number {
	let highest = 0;
	for (const host of state.problem.open) {
		if (state.arrivals[host]?.length) highest = Math.max(highest, state.share(host));
	}
	return highest;
}

export function isPlaced(state: State, unit: Unit): boolean {
	return value(state.at, unit.index) >= 0;
}

/** The units without a destination that may find one. */
export function homeless(state: State): readonly Unit[] {
	return state.problem.units.filter(unit => !isPlaced(state, unit) && !unit.isHopeless);
}
