import {atHome, value} from './at.ts';
import type {Unit} from './problem.ts';
import type {State} from './state.ts';

/** Smaller improvements are ignored. */
const tolerance = 1e-9;

/** Exchanges are tried with this many of the emptiest hosts. */
const partners = 32;

/** The number of best changes that are tried before a host counts as stuck. */
const attempts = 16;

/** Units with their new hosts, and the higher memory share of the two hosts afterwards. */
type Change = {readonly peak: number; readonly units: readonly (readonly [Unit, number])[]};

/**
 * Lowers the highest memory share: relocates a unit from the fullest host that receives guests, or exchanges it for a
 * smaller one, as long as this helps and the share exceeds `enough`.
 */
export function balance(state: State, enough: number): void {
	let tries = 10_000_000 + 4_000 * state.problem.units.length;
	for (;;) {
		const host = fullest(state);
		if (host === undefined || state.share(host) <= enough || tries < 0) return;
		const best = new Best(state.share(host) - tolerance);
		relocations(state, host, best);
		exchanges(state, host, best);
		if (!best.changes.some(change => apply(state, change))) return;
		tries -= state.problem.open.length * (state.arrivals[host]?.length ?? 0);
	}
}

/** The changes with the lowest peaks, in ascending order. */
class Best {
	readonly changes: Change[] = [];
	#limit: number;

	constructor(limit: number) {
		this.#limit = limit;
	}

	offer(peak: number, units: () => Change['units']): void {
		if (peak >= this.#limit) return;
		const place = this.changes.findIndex(change => change.peak > peak);
		this.changes.splice(place < 0 ? this.changes.length : place, 0, {peak, units: units()});
		if (this.changes.length <= attempts) return;
		this.changes.pop();
		this.#limit = this.changes.at(-1)?.peak ?? this.#limit;
	}
}

function fullest(state: State): number | undefined {
	let best: number | undefined;
	for (const host of state.problem.open) {
		if (!state.arrivals[host]?.length) continue;
		if (best === undefined || state.share(host) > state.share(best) + tolerance) best = host;
	}
	return best;
}

/** Each unit of the host to each other host that may take it. */
function relocations(state: State, host: number, best: Best): void {
	for (const unit of state.arrivals[host] ?? []) {
		const left = state.share(host, -unit.memoryKib);
		for (const other of unit.hosts) {
			if (other === host) continue;
			best.offer(Math.max(left, state.share(other, unit.memoryKib)), () => [[unit, other]]);
		}
	}
}

/** Each unit of the host for each smaller unit of the emptiest hosts. */
function exchanges(state: State, host: number, best: Best): void {
	const emptiest = Array.from(state.problem.open)
		.filter(other => other !== host && state.arrivals[other]?.length)
		.sort((a, b) => state.share(a) - state.share(b) || a - b)
		.slice(0, partners);
	for (const other of emptiest) {
		for (const unit of state.arrivals[host] ?? []) {
			for (const smaller of state.arrivals[other] ?? []) {
				const sentKib = unit.memoryKib - smaller.memoryKib;
				if (sentKib <= 0) continue;
				const peak = Math.max(state.share(host, -sentKib), state.share(other, sentKib));
				best.offer(peak, () => [
					[unit, other],
					[smaller, host],
				]);
			}
		}
	}
}

/** Moves the units to their new hosts if all of them fit; otherwise changes nothing. */
function apply(state: State, {units}: Change): boolean {
	const before = units.map(([unit]) => value(state.at, unit.index));
	for (const [unit] of units) state.move(unit, atHome);
	for (const [unit, to] of units) {
		if (unit.hosts.includes(to) && state.fits(unit, to)) state.move(unit, to);
	}
	if (units.every(([unit, to]) => state.at[unit.index] === to)) return true;
	for (const [unit] of units) state.move(unit, atHome);
	for (const [index, [unit]] of units.entries()) state.move(unit, before[index] ?? atHome);
	return false;
}
