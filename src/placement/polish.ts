import {atHome, value} from './at.ts';
import {type Cost, type Costs, compareCosts} from './costs.ts';
import type {Unit} from './problem.ts';
import {isPlaced} from './score.ts';
import type {State} from './state.ts';

/** Further passes have not found improvements that were worth their time. */
const mostPasses = 4;

/** Work is counted, not timed, so that the same input gives the same output on every machine. */
type Budget = {exchanges: number};

/**
 * Moves units to hosts where they break fewer soft rules, then where fewer of their bytes go over slow links, then
 * where fewer bytes are sent; never such that a host is fuller than `highest`.
 */
export function polish(state: State, highest: number, costs: Costs): void {
	const budget = {exchanges: 100_000 + 5 * state.problem.units.length};
	for (let pass = 0; pass < mostPasses; pass++) {
		let changed = false;
		for (const unit of state.problem.units) {
			if (isPlaced(state, unit) && improve(state, unit, highest, costs, budget)) changed = true;
		}
		if (!changed) return;
	}
}

function improve(state: State, unit: Unit, highest: number, costs: Costs, budget: Budget): boolean {
	const now = value(state.at, unit.index);
	const own = costs.of(state, unit, now);
	const mayBeCopied = unit.needs.some(({seenAt}) => seenAt !== undefined && seenAt[now] !== 1);
	if (own.soft === 0 && own.slowBytes === 0 && !mayBeCopied) return false;
	const better = Array.from(unit.hosts)
		.filter(host => host !== now)
		.map(host => ({host, cost: costs.of(state, unit, host)}))
		.filter(({cost}) => compareCosts(cost, own) < 0)
		.sort((a, b) => compareCosts(a.cost, b.cost) || a.host - b.host);
	const free = better.find(({host}) => state.share(host, unit.memoryKib) <= highest && state.fits(unit, host));
	if (free !== undefined) {
		state.move(unit, free.host);
		return true;
	}
	return better.some(({host}) =>
		[...(state.arrivals[host] ?? [])].some(
			other => budget.exchanges-- > 0 && exchange(state, [unit, now], [other, host], highest, costs),
		),
	);
}

/** Exchanges two units if both fit and the total cost is lower; otherwise changes nothing. */
function exchange(
	state: State,
	[one, here]: readonly [Unit, number],
	[other, there]: readonly [Unit, number],
	highest: number,
	costs: Costs,
): boolean {
	const sentKib = one.memoryKib - other.memoryKib;
	if (state.share(there, sentKib) > highest || state.share(here, -sentKib) > highest) return false;
	if (!other.hosts.includes(here)) return false;
	const before = sum(costs.of(state, one, here), costs.of(state, other, there));
	state.move(other, atHome);
	state.move(one, atHome);
	if (state.fits(one, there)) {
		state.move(one, there);
		if (state.fits(other, here)) {
			state.move(other, here);
			if (compareCosts(sum(costs.of(state, one, there), costs.of(state, other, here)), before) < 0) return true;
		}
	}
	state.move(other, atHome);
	state.move(one, here);
	state.move(other, there);
	return false;
}

function sum(a: Cost, b: Cost): Cost {
	return {soft: a.soft + b.soft, slowBytes: a.slowBytes + b.slowBytes, bytes: a.bytes + b.bytes};
}
