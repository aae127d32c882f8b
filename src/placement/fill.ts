import {value} from './at.ts';
import {type Costs, compareCosts} from './costs.ts';
import type {Unit} from './problem.ts';
import {isPlaced} from './score.ts';
import type {State} from './state.ts';

/** How full a host would be with the unit: the lowest is taken. */
export type Rank = (state: State, unit: Unit, host: number) => number;

/** By memory alone: what the placement is judged by. */
export const emptiest: Rank = (state, unit, host) => state.share(host, unit.memoryKib);

/** By what is scarcest. */
export const balanced: Rank = (state, unit, host) =>
	Math.max(
		state.share(host, unit.memoryKib),
		(value(state.cpus, host) + unit.cpus) / value(state.problem.cpus, host),
		fullestPool(state, unit, host),
	);

/** The fullest that still takes it, so that room for large ones is left elsewhere. */
export const tightest: Rank = (state, unit, host) => -balanced(state, unit, host);

/** Ranks closer than this are equal. */
const tolerance = 1e-9;

/** Gives each unit in turn the best host that has room. Those without one stay at home. */
export function fill(state: State, order: readonly Unit[], rank: Rank, costs: Costs): void {
	for (const unit of order) {
		if (isPlaced(state, unit)) continue;
		const host = bestHost(state, unit, rank, costs);
		if (host !== undefined) state.move(unit, host);
	}
}

/** The host with room that ranks lowest; among equals the one that costs least, then the first by name. */
export function bestHost(state: State, unit: Unit, rank: Rank, costs: Costs): number | undefined {
	let best: number | undefined;
	let lowest = Number.POSITIVE_INFINITY;
	for (const host of unit.hosts) {
		if (!state.hasRoom(unit, host)) continue;
		const own = rank(state, unit, host);
		if (own > lowest + tolerance || !state.fits(unit, host)) continue;
		const equal = best !== undefined && own > lowest - tolerance;
		if (equal && best !== undefined && compareCosts(costs.of(state, unit, host), costs.of(state, unit, best)) >= 0) {
			continue;
		}
		best = host;
		lowest = equal ? lowest : own;
	}
	return best;
}

function fullestPool(state: State, unit: Unit, host: number): number {
	let fullest = 0;
	for (const {poolAt, seenAt, bytes} of unit.needs) {
		if (seenAt?.[host] === 1) continue;
		const pool = value(poolAt, host);
		const had = state.problem.pools[pool]?.freeBytes ?? 0;
		fullest = Math.max(fullest, (had - value(state.freeBytes, pool) + bytes) / had);
	}
	return fullest;
}
