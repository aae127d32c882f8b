import {value} from './at.ts';
import {type Costs, compareCosts} from './costs.ts';
import type {Unit} from './problem.ts';
import {isPlaced} from './score.ts';
import type {State} from './state.ts';

/** The load of a host with the unit; the host with the lowest is chosen. */
export type Rank = (state: State, unit: Unit, host: number) => number;

/** By memory alone, which the placement is judged by. */
export const emptiest: Rank = (state, unit, host) => state.share(host, unit.memoryKib);

/** By the scarcest resource. */
export const balanced: Rank = (state, unit, host) =>
	Math.max(
		state.share(host, unit.memoryKib),
		(value(state.cpus, host) + unit.cpus) / value(state.problem.cpus, host),
		fullestPool(state, unit, host),
	);

/** Prefers the fullest host that still has room, to keep room for large units elsewhere. */
export const tightest: Rank = (state, unit, host) => -balanced(state, unit, host);

/** Ranks that differ by less are equal. */
const tolerance = 1e-9;

/** Assigns each unit in turn to the best host with room. Units for which there is none stay at home. */
export function fill(state: State, order: readonly Unit[], rank: Rank, costs: Costs): void {
	for (const unit of order) {
		if (isPlaced(state, unit)) continue;
		const host = bestHost(state, unit, rank, costs);
		if (host !== undefined) state.move(unit, host);
	}
}

/** The host with room and the lowest rank; ties are broken by cost, then by name. */
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
