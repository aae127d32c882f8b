import {atHome, value} from './at.ts';
import {Meetings} from './meetings.ts';
import type {Home, PlacementProblem, Unit} from './problem.ts';
import type {Rejection} from './rejection.ts';

/**
 * A placement under construction: the location of each unit and the remaining capacity of each host. Callers check
 * `fits` before they change it; no hard rule is then ever broken.
 */
export class State {
	readonly problem: PlacementProblem;
	/** The host of each unit, or `atHome`, or `undecided`. */
	readonly at: Int32Array;
	readonly memoryKib: Float64Array;
	readonly cpus: Float64Array;
	readonly freeBytes: Float64Array;
	/** The units that moved to each host, in the order of the problem. */
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

	/** Whether a host has memory and CPUs for the unit: the cheapest check, which rejects most hosts. */
	hasRoom(unit: Unit, host: number): boolean {
		const {memoryKib, cpus} = this.problem;
		return (
			value(this.memoryKib, host) + unit.memoryKib <= value(memoryKib, host) &&
			value(this.cpus, host) + unit.cpus <= value(cpus, host)
		);
	}

	/** Whether a host from the unit's list has capacity of every kind for it in the current state. */
	fits(unit: Unit, host: number): boolean {
		return (
			this.hasRoom(unit, host) &&
			this.#leavesHeadroom(unit) &&
			this.fullPool(unit, host) === undefined &&
			this.meetings.apartAt(unit, host) === undefined
		);
	}

	/** Why a host from the unit's list has no capacity for it. */
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

	/** Moves the unit to a host, or to `atHome` or `undecided`. */
	move(unit: Unit, to: number): void {
		const from = value(this.at, unit.index);
		this.#count(unit, from, -1);
		this.at[unit.index] = to;
		this.#count(unit, to, 1);
	}

	/** The share of the host's memory that guests use, optionally after a change in KiB. */
	share(host: number, changeKib = 0): number {
		const limit = value(this.problem.memoryKib, host);
		const used = value(this.memoryKib, host) + changeKib;
		if (limit > 0) return used / limit;
		return used > 0 ? Number.POSITIVE_INFINITY : 0;
	}

	/**
	 * A unit that moved to a host and cannot stay there because another unit has returned home: the host lacks capacity
	 * for both, or a hard rule keeps them apart. Of several, the one with the lowest priority.
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

	/** A pool without enough space for the unit. */
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

	/** Adds a unit to the counts of a location, or removes it. */
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

/** Several needs can use the same pool. */
function needIn(unit: Unit, pool: number, host: number): number {
	let bytes = 0;
	for (const need of unit.needs) if (need.seenAt?.[host] !== 1 && need.poolAt[host] === pool) bytes += need.bytes;
	return bytes;
}
