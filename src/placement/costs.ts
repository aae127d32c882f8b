import {bytesTo, speedBetween} from './links.ts';
import {modeTo} from './migration-modes.ts';
import type {PlacementProblem, Unit} from './problem.ts';
import type {State} from './state.ts';

/** The cost of a host for a unit, apart from capacity; fields are compared in this order. */
export type Cost = {
	/** The soft rules that would be broken there, given the locations of the other units. */
	readonly soft: number;
	/** Bytes over a link slower than the fastest link from the guest's host. */
	readonly slowBytes: number;
	readonly bytes: number;
};

export function compareCosts(a: Cost, b: Cost): number {
	return a.soft - b.soft || a.slowBytes - b.slowBytes || a.bytes - b.bytes;
}

/** The costs in one problem. */
export class Costs {
	readonly #problem: PlacementProblem;
	readonly #fastest = new Map<number, number>();

	constructor(problem: PlacementProblem) {
		this.#problem = problem;
	}

	of(state: State, unit: Unit, host: number): Cost {
		return {soft: this.soft(state, unit, host), ...this.transfer(unit, host)};
	}

	/** Counted so that the difference between two hosts equals the total change caused by a move between them. */
	soft(state: State, unit: Unit, host: number): number {
		let broken = unit.hasPreferences ? this.#preferencesBroken(unit, host) : 0;
		for (const one of unit.memberships) {
			const rule = this.#problem.rules[one.rule]?.rule;
			if (rule?.strength !== 'soft') continue;
			const others = state.meetings.othersAt(one, unit, host);
			if (rule.kind === 'apart') broken += others > 0 ? one.count : one.count - 1;
			else if (others === 0 && one.count < state.meetings.membersOf(one.rule)) broken += 1;
		}
		return broken;
	}

	transfer(unit: Unit, host: number): Omit<Cost, 'soft'> {
		const destination = this.#problem.hosts[host];
		let slowBytes = 0;
		let bytes = 0;
		for (const [index, guest] of unit.guests.entries()) {
			const home = unit.homes[index]?.host ?? -1;
			const source = this.#problem.hosts[home];
			if (source === undefined || destination === undefined) continue;
			const sent = bytesTo(guest, destination, modeTo(guest, destination.name) ?? 'cold');
			bytes += sent;
			if (speedBetween(source, destination, this.#problem.lineOf) < this.#fastestFrom(home)) slowBytes += sent;
		}
		return {slowBytes, bytes};
	}

	#preferencesBroken({guests}: Unit, host: number): number {
		const name = this.#problem.hosts[host]?.name ?? '';
		let broken = 0;
		for (const guest of guests) {
			if (guest.prefers.length > 0 && !guest.prefers.includes(name)) broken += 1;
			if (guest.policy === 'live_or_cold' && guest.state !== 'off' && modeTo(guest, name) === 'cold') broken += 1;
		}
		return broken;
	}

	#fastestFrom(home: number): number {
		const known = this.#fastest.get(home);
		if (known !== undefined) return known;
		const {hosts, open, lineOf} = this.#problem;
		let fastest = 0;
		for (const host of open) {
			const [source, destination] = [hosts[home], hosts[host]];
			if (source === undefined || destination === undefined) continue;
			fastest = Math.max(fastest, speedBetween(source, destination, lineOf));
		}
		this.#fastest.set(home, fastest);
		return fastest;
	}
}
