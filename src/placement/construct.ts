import type {Costs} from './costs.ts';
import {balanced, emptiest, fill, type Rank, tightest} from './fill.ts';
import type {PlacementProblem, Unit} from './problem.ts';
import {comparePlaced, homeless, placedByPriority} from './score.ts';
import {State} from './state.ts';

/** The best of several greedy placements; the first one that places all units is used. */
export function construct(problem: PlacementProblem, costs: Costs): State {
	const size = sizes(problem);
	const largestFirst = problem.units.toSorted((a, b) => size(b) - size(a) || a.index - b.index);
	const byPriority = largestFirst.toSorted((a, b) => b.priority - a.priority);
	const smallestFirst = largestFirst.toReversed().sort((a, b) => b.priority - a.priority);
	const modes: readonly (readonly [readonly Unit[], Rank])[] = [
		[largestFirst, emptiest],
		[largestFirst, balanced],
		[largestFirst, tightest],
		[byPriority, balanced],
		[byPriority, tightest],
		[smallestFirst, tightest],
	];
	let best = new State(problem);
	for (const [order, rank] of modes) {
		best = betterOf(best, attempt(problem, order, rank, costs));
		if (homeless(best).length === 0) return best;
	}
	return withoutLargest(best, byPriority, costs);
}

/** Runs twice, because the guests that were placed first may have made room on their former hosts. */
function attempt(problem: PlacementProblem, order: readonly Unit[], rank: Rank, costs: Costs): State {
	const state = new State(problem);
	fill(state, order, rank, costs);
	fill(state, order, rank, costs);
	return state;
}

function betterOf(a: State, b: State): State {
	return comparePlaced(placedByPriority(b), placedByPriority(a)) > 0 ? b : a;
}

/** The maximum number of trials, each of one unit on one host. */
const mostLooks = 10_000_000;

/** If not all units fit, the largest ones of the lowest priority are excluded, as few as possible. */
function withoutLargest(start: State, order: readonly Unit[], costs: Costs): State {
	const missing = homeless(start);
	const lowest = Math.min(...missing.map(({priority}) => priority));
	let best = start;
	let least = 1;
	let most = missing.filter(({priority}) => priority === lowest).length;
	const {units, open} = start.problem;
	for (let looks = mostLooks; least <= most && looks > 0; looks -= units.length * open.length) {
		const left = Math.floor((least + most) / 2);
		const waiting = new Set(order.filter(({priority}) => priority === lowest).slice(0, left));
		const first = order.filter(unit => !waiting.has(unit));
		const state = attempt(start.problem, [...first, ...[...waiting].reverse()], balanced, costs);
		best = betterOf(best, state);
		if (homeless(state).length <= left) most = left - 1;
		else least = left + 1;
	}
	return best;
}

/** The size of a unit: its share of the resource that is scarcest in all hosts together. */
function sizes({units, open, memoryKib, cpus, pools, hosts}: PlacementProblem): (unit: Unit) => number {
	const sum = (list: Float64Array) => open.reduce((all, host) => all + (list[host] ?? 0), 0);
	const memory = sum(memoryKib);
	const processors = sum(cpus);
	const bytes = pools.reduce(
		(all, {host, freeBytes}) => (hosts[host]?.closed === undefined ? all + freeBytes : all),
		0,
	);
	const size = units.map(unit =>
		Math.max(ratio(unit.memoryKib, memory), ratio(unit.cpus, processors), ratio(unit.spaceBytes, bytes)),
	);
	return ({index}) => size[index] ?? 0;
}

function ratio(part: number, whole: number): number {
	return whole > 0 ? part / whole : 0;
}
