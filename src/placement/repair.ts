import {atHome, value} from './at.ts';
import type {Costs} from './costs.ts';
import {balanced, bestHost} from './fill.ts';
import type {Unit} from './problem.ts';
import {homeless, isPlaced} from './score.ts';
import type {State} from './state.ts';

/** The maximum number of units that make room for one another in turn. */
const longestChain = 2;

/** Work is counted, not timed, so that the same input gives the same output on every machine. */
type Budget = {looks: number};

/** Finds hosts for the units without one, by relocating others; as a last resort at the expense of lower priorities. */
export function repair(state: State, costs: Costs): void {
	const budget = {looks: 1_000_000 + 1000 * state.problem.units.length};
	for (let progress = true; progress; ) {
		progress = false;
		for (const unit of homeless(state).toSorted((a, b) => b.priority - a.priority || a.memoryKib - b.memoryKib)) {
			if (insert(state, unit, longestChain, costs, budget) || displace(state, unit, costs, budget)) progress = true;
		}
	}
}

/** Places the unit, relocating another one to make room if necessary, and so on. Otherwise changes nothing. */
function insert(state: State, unit: Unit, chain: number, costs: Costs, budget: Budget): boolean {
	budget.looks -= unit.hosts.length;
	const direct = bestHost(state, unit, balanced, costs);
	if (direct !== undefined) {
		state.move(unit, direct);
		return true;
	}
	if (chain === 0) return false;
	return exchange(
		state,
		unit,
		() => true,
		budget,
		other => insert(state, other, chain - 1, costs, budget),
	);
}

/** Places the unit where one of a lower priority was, and relocates that one if there is room. */
function displace(state: State, unit: Unit, costs: Costs, budget: Budget): boolean {
	const lowest = Math.min(...unit.guests.map(({priority}) => priority));
	const isLower = (other: Unit) => other.priority < lowest;
	return exchange(state, unit, isLower, budget, other => {
		insert(state, other, 1, costs, budget);
		return isPlaced(state, other) || state.misplaced() === undefined;
	});
}

/** Puts the unit in the place of another one if `settle` finds a place for that one; otherwise changes nothing. */
function exchange(
	state: State,
	unit: Unit,
	mayGo: (other: Unit) => boolean,
	budget: Budget,
	settle: (other: Unit) => boolean,
): boolean {
	const {memoryKib, cpus} = state.problem;
	for (const host of unit.hosts) {
		const roomKib = value(memoryKib, host) - value(state.memoryKib, host);
		const room = value(cpus, host) - value(state.cpus, host);
		for (const other of [...(state.arrivals[host] ?? [])]) {
			if (--budget.looks < 0) return false;
			if (!mayGo(other)) continue;
			if (roomKib + other.memoryKib < unit.memoryKib || room + other.cpus < unit.cpus) continue;
			state.move(other, atHome);
			if (state.fits(unit, host)) {
				state.move(unit, host);
				if (settle(other)) return true;
				state.move(unit, atHome);
			}
			state.move(other, host);
		}
	}
	return false;
}
