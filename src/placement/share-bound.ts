import {value} from './at.ts';
import type {Unit} from './problem.ts';
import {isPlaced} from './score.ts';
import type {State} from './state.ts';

/**
 * A lower bound of the highest share over all placements of the units that have a destination: the maximum of the bound
 * for guests that could be divided at will among their hosts, and of the bound for the largest guest alone.
 */
export function shareBound(state: State): number {
	const placed = state.problem.units.filter(unit => isPlaced(state, unit));
	const byHosts = new Map<Int32Array, number>();
	for (const {hosts, memoryKib} of placed) byHosts.set(hosts, (byHosts.get(hosts) ?? 0) + memoryKib);
	const total = placed.reduce((sum, {memoryKib}) => sum + memoryKib, 0);
	const base = baseOf(state, placed);
	const levels = [...byHosts].map(([hosts, memoryKib]) => waterLevel(state, base, hosts, memoryKib));
	const singles = placed.map(unit => lowestAlone(state, base, unit));
	return [waterLevel(state, base, state.problem.open, total), ...levels, ...singles].reduce(
		(a, b) => Math.max(a, b),
		0,
	);
}

/** The memory used on every host without the units that moved there. */
function baseOf(state: State, placed: readonly Unit[]): Float64Array {
	const base = state.memoryKib.slice();
	for (const unit of placed) {
		const host = value(state.at, unit.index);
		base[host] = value(base, host) - unit.memoryKib;
	}
	return base;
}

/** Fills the hosts with memory like water in vessels, each as wide as its memory: the common level of all that rise. */
function waterLevel(state: State, base: Float64Array, hosts: Int32Array, memoryKib: number): number {
	if (memoryKib === 0) return 0;
	const limits = state.problem.memoryKib;
	const emptiestFirst = Array.from(hosts)
		.filter(host => value(limits, host) > 0)
		.sort((a, b) => value(base, a) / value(limits, a) - value(base, b) / value(limits, b));
	let width = 0;
	let filled = memoryKib;
	let level = 0;
	for (const host of emptiestFirst) {
		if (width > 0 && level <= value(base, host) / value(limits, host)) break;
		width += value(limits, host);
		filled += value(base, host);
		level = filled / width;
	}
	return level;
}

function lowestAlone(state: State, base: Float64Array, unit: Unit): number {
	let lowest = Number.POSITIVE_INFINITY;
	for (const host of unit.hosts) {
		const limit = value(state.problem.memoryKib, host);
		if (limit > 0) lowest = Math.min(lowest, (value(base, host) + unit.memoryKib) / limit);
	}
	return lowest === Number.POSITIVE_INFINITY ? 0 : lowest;
}
