import {atHome, value} from './at.ts';
import {tightest} from './fill.ts';
import type {Unit} from './problem.ts';
import {isPlaced} from './score.ts';
import {State} from './state.ts';

/**
 * Whether any one open host may fail: each of its guests, largest first, is started on the host with the most free
 * memory, and all of them must fit.
 */
export function survives(state: State): boolean {
	return state.problem.headroom === 'none' || weakest(state) === undefined;
}

/** Makes room, and then leaves guests at home, lowest priority first, until any one open host may fail. */
export function keepHeadroom(state: State): void {
	if (survives(state)) return;
	const placed = () => state.problem.units.filter(unit => isPlaced(state, unit));
	if (!survives(new State(state.problem))) {
		for (const unit of placed()) state.move(unit, atHome);
		return;
	}
	let relocations = 2 * state.problem.units.length;
	for (let host = weakest(state); host !== undefined; host = weakest(state)) {
		const roomiest = roomiestBut(state, host);
		const there = [...(state.arrivals[roomiest] ?? [])];
		if (relocations-- > 0 && there.some(unit => relocate(state, unit, roomiest))) continue;
		const isThere = (unit: Unit) => Number(there.includes(unit));
		const [least] = placed().sort(
			(a, b) => a.priority - b.priority || isThere(b) - isThere(a) || b.memoryKib - a.memoryKib || a.index - b.index,
		);
		if (least === undefined) return;
		state.move(least, atHome);
		sendAfter(state);
	}
}

/** A unit that moved to a host may also have to stay at home if the unit that left that host does. */
function sendAfter(state: State): void {
	for (let unit = state.misplaced(); unit !== undefined; unit = state.misplaced()) state.move(unit, atHome);
}

/** The first host whose guests the others could not all start if it failed. */
function weakest(state: State): number | undefined {
	const {open, memoryKib} = state.problem;
	const guests = guestsByHost(state);
	for (const host of open) {
		const free = Array.from(open)
			.filter(other => other !== host)
			.map(other => value(memoryKib, other) - value(state.memoryKib, other));
		for (const needKib of guests.get(host) ?? []) {
			const most = free.reduce((best, kib, index) => (kib > (free[best] ?? 0) ? index : best), 0);
			if ((free[most] ?? 0) < needKib) return host;
			free[most] = (free[most] ?? 0) - needKib;
		}
	}
	return undefined;
}

/** The memory of each guest on each open host, largest first. */
function guestsByHost(state: State): ReadonlyMap<number, readonly number[]> {
	const {open, residents, units} = state.problem;
	const guests = new Map(Array.from(open, host => [host, [...(residents[host] ?? [])]]));
	for (const unit of units) {
		const at = value(state.at, unit.index);
		for (const {host, memoryKib} of unit.homes) guests.get(at === atHome ? host : at)?.push(memoryKib);
	}
	for (const sizes of guests.values()) sizes.sort((a, b) => b - a);
	return guests;
}

function roomiestBut(state: State, failed: number): number {
	const free = (host: number) => value(state.problem.memoryKib, host) - value(state.memoryKib, host);
	const others = Array.from(state.problem.open).filter(host => host !== failed);
	return others.sort((a, b) => free(b) - free(a) || a - b)[0] ?? failed;
}

/** Moves the unit to the fullest other host that has room for it. */
function relocate(state: State, unit: Unit, from: number): boolean {
	const [best] = Array.from(unit.hosts)
		.filter(host => host !== from && state.fits(unit, host))
		.sort((a, b) => tightest(state, unit, a) - tightest(state, unit, b) || a - b);
	if (best !== undefined) state.move(unit, best);
	return best !== undefined;
}
