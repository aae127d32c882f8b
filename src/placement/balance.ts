import {arrivals} from './arrivals.ts';
import type {Unit} from './problem.ts';
import {atHome, type State, value} from './state.ts';

/** Improvements smaller than this are none. */
const tolerance = 1e-9;

/** Exchanges are tried with so many of the emptiest hosts. */
const partners = 32;

/** Units and where they go, and the higher share of the two hosts afterwards. */
type Change = {readonly peak: number; readonly units: readonly (readonly [Unit, number])[]};

/**
 * Lowers the highest share of memory: takes from the fullest host that a guest comes to, one unit or one for a smaller
 * one, as long as that helps and the share is not as low as `enough`.
 */
export function balance(state: State, enough: number): void {
	let tries = 10_000_000 + 4_000 * state.problem.units.length;
	for (;;) {
		const host = fullest(state);
		if (host === undefined || state.share(host) <= enough || tries < 0) return;
		const changes = [...relocations(state, host), ...exchanges(state, host)].sort((a, b) => a.peak - b.peak);
		if (!changes.some(change => apply(state, change))) return;
		tries -= state.problem.open.length * (state.arrivals[host]?.size ?? 0);
	}
}

function fullest(state: State): number | undefined {
	let best: number | undefined;
	for (const host of state.problem.open) {
		if (!state.arrivals[host]?.size) continue;
		if (best === undefined || state.share(host) > state.share(best) + tolerance) best = host;
	}
	return best;
}

/** For each unit of the host the hosts that would stay below the share that it has now. */
function relocations(state: State, host: number): readonly Change[] {
	const now = state.share(host) - tolerance;
	const changes: Change[] = [];
	for (const unit of arrivals(state, host)) {
		const left = state.share(host, -unit.memoryKib);
		for (const other of unit.hosts) {
			const peak = Math.max(left, state.share(other, unit.memoryKib));
			if (other !== host && peak < now) changes.push({peak, units: [[unit, other]]});
		}
	}
	return changes;
}

/** Each unit of the host for each smaller one of the emptiest hosts, where both end below the share that it has now. */
function exchanges(state: State, host: number): readonly Change[] {
	const now = state.share(host) - tolerance;
	const emptiest = Array.from(state.problem.open)
		.filter(other => other !== host && state.arrivals[other]?.size)
		.sort((a, b) => state.share(a) - state.share(b))
		.slice(0, partners);
	const changes: Change[] = [];
	for (const other of emptiest) {
		for (const unit of arrivals(state, host)) {
			for (const smaller of arrivals(state, other)) {
				const sentKib = unit.memoryKib - smaller.memoryKib;
				const peak = Math.max(state.share(host, -sentKib), state.share(other, sentKib));
				const units = [[unit, other] as const, [smaller, host] as const];
				if (sentKib > 0 && peak < now) changes.push({peak, units});
			}
		}
	}
	return changes;
}

/** Moves the units where they shall go, if all fit there; else leaves them where they are. */
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
