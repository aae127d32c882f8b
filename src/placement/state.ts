import {atHome, value} from './at.ts';
import {Meetings} from './meetings.ts';
import type {Home, PlacementProblem, Unit} from './problem.ts';
import type {Rejection} from './rejection.ts';

/**
 * A placement in the making: where each unit is, and what that leaves of every host. Whoever changes it asks `fits`
 * first; then no hard rule is ever broken in it.
 */
export class State {
	readonly problem: PlacementProblem;
	/** The host of each unit, or `atHome`, or `undecided`. */
	readonly at: Int32Array;
	readonly memoryKib: Float64Array;
	readonly cpus: Float64Array;
	readonly freeBytes: Float64Array;
	/** The units that have come to each host, in the order of the problem. */
	readonly arrivals: readonly Unit[][];
	readonly meetings: Meetings;
	#openKib: number;

	constructor(problem: PlacementProblem) {
		this.problem = problem;
		this.at = new Int32Array(problem.units.length).fill(atHome);
		this.memoryKib = problem.usedKib.slice();
		this.cpus = problem.usedCpus.slice();
		this.freeBytes = Float64Array.from(problem.pools, ({freeBytes}) => freeBytes);
		this.arrivals = problem.hosts.map(() => []);
		this.meetings = new Meetings(problem.rules, this.at);
		this.#openKib = problem.open.reduce((sum, host) => sum + (problem.usedKib[host] ?? 0), 0);
	}

	copy(): State {
		const copy = new State(this.problem);
		for (const unit of this.problem.units) copy.move(unit, value(this.at, unit.index));
		return copy;
	}

	/** Memory and CPUs for the unit on a host: what is quickest to ask, and most often says no. */
	hasRoom(unit: Unit, host: number): boolean {
		const {memoryKib, cpus} = this.problem;
		return (
			value(this.memoryKib, host) + unit.memoryKib <= value(memoryKib, host) &&
			value(this.cpus, host) + unit.cpus <= value(cpus, host)
		);
	}

	/** Room of all kinds for the unit on a host of its list, as everything else is now. */
	fits(unit: Unit, host: number): boolean {
		return (
			this.hasRoom(unit, host) &&
			this.#leavesHeadroom(unit) &&
			this.fullPool(unit, host) === undefined &&
			this.meetings.apartAt(unit, host) === undefined
		);
	}

	/** Why there is no room for the unit on a host of its list. */
	whyNot(unit: Unit, host: number): Rejection | undefined {
		const {problem} = this;
		const freeKib = value(problem.memoryKib, host) - value(this.memoryKib, host);
		if (unit.memoryKib > freeKib) return {code: 'memory', needKib: unit.memoryKib, freeKib: Math.max(0, freeKib)};
		const free = value(problem.cpus, host) - value(this.cpus, host);
		if (unit.cpus > free) return {code: 'cpus', need: unit.cpus, free: Math.max(0, free)};
		const full = this.fullPool(unit, host);
		if (full !== undefined) return {code: 'space', ...full};
		const apart = this.meetings.apartAt(unit, host);
		if (apart !== undefined) return {code: 'apart', rule: problem.rules[apart.rule]?.rule.name ?? ''};
		return this.#leavesHeadroom(unit) ? undefined : {code: 'headroom'};
	}

	/** Moves the unit to a host, or to where `atHome` or `undecided` says. */
	move(unit: Unit, to: number): void {
		const from = value(this.at, unit.index);
		this.#count(unit, from, -1);
		this.at[unit.index] = to;
		this.#count(unit, to, 1);
	}

	/** The share of the host's memory that its guests have; with a change in KiB, what it would be. */
	share(host: number, changeKib = 0): number {
		const limit = value(this.problem.memoryKib, host);
		const used = value(this.memoryKib, host) + changeKib;
		if (limit > 0) return used / limit;
		return used > 0 ? Number.POSITIVE_INFINITY : 0;
	}

	/**
	 * A unit that has come to a host and cannot stay there, since another has gone home: the host has too little room for
	 * both, or a hard rule keeps them apart. Of several the one of the lowest priority.
	 */
	misplaced(): Unit | undefined {
		const {memoryKib, cpus} = this.problem;
		let worst: Unit | undefined;
		for (const [host, units] of this.arrivals.entries()) {
			const isOverfull =
				value(this.memoryKib, host) > value(memoryKib, host) || value(this.cpus, host) > value(cpus, host);
			for (const unit of units) {
				if (worst !== undefined && worst.priority <= unit.priority) continue;
				if (isOverfull || this.meetings.apartAt(unit, host) !== undefined) worst = unit;
			}
		}
		return worst;
	}

	/** The pool that has not the space for the unit. */
	fullPool(unit: Unit, host: number): {pool: string; needBytes: number; freeBytes: number} | undefined {
		for (const need of unit.needs) {
			if (need.seenAt?.[host] === 1) continue;
			const pool = value(need.poolAt, host);
			const needBytes = needIn(unit, pool, host);
			const freeBytes = value(this.freeBytes, pool);
			if (needBytes > freeBytes) return {pool: this.problem.pools[pool]?.path ?? '', needBytes, freeBytes};
		}
		return undefined;
	}

	#leavesHeadroom(unit: Unit): boolean {
		const comesKib = value(this.at, unit.index) < 0 ? unit.comingKib : 0;
		return this.#openKib + comesKib <= this.problem.budgetKib;
	}

	/** Adds the unit to what is counted at a place, or takes it off. */
	#count(unit: Unit, place: number, sign: 1 | -1): void {
		if (place < 0) {
			for (const home of unit.homes) this.#load(home, sign);
		} else {
			this.#load({host: place, memoryKib: unit.memoryKib, cpus: unit.cpus}, sign);
			this.#store(unit, place, sign);
		}
		this.meetings.count(unit, place, sign);
	}

	#load({host, memoryKib, cpus}: Home, sign: 1 | -1): void {
		this.memoryKib[host] = value(this.memoryKib, host) + sign * memoryKib;
		this.cpus[host] = value(this.cpus, host) + sign * cpus;
		if (this.problem.hosts[host]?.closed === undefined) this.#openKib += sign * memoryKib;
	}

	#store(unit: Unit, host: number, sign: 1 | -1): void {
		const arrivals = this.arrivals[host] ?? [];
		const place = arrivals.findIndex(({index}) => index >= unit.index);
		if (sign === -1) arrivals.splice(place, 1);
		else arrivals.splice(place < 0 ? arrivals.length : place, 0, unit);
		for (const {poolAt, seenAt, bytes} of unit.needs) {
			if (seenAt?.[host] === 1) continue;
			const pool = value(poolAt, host);
			this.freeBytes[pool] = value(this.freeBytes, pool) - sign * bytes;
		}
	}
}

/** Several needs can fall to one pool. */
function needIn(unit: Unit, pool: number, host: number): number {
	let bytes = 0;
	for (const need of unit.needs) if (need.seenAt?.[host] !== 1 && need.poolAt[host] === pool) bytes += need.bytes;
	return bytes;
}
