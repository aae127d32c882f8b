import type {Home, Membership, Problem, Unit} from './problem.ts';
import type {Rejection} from './rejection.ts';

/** Where a unit is that has no destination: its guests are at home. */
export const atHome = -1;

/** Where a unit is that is not decided yet: as at home, but no rule keeps others from where it is. */
export const undecided = -2;

/**
 * A placement in the making: where each unit is, and what that leaves of every host. Whoever changes it asks `fits`
 * first; then no hard rule is ever broken in it.
 */
export class State {
	readonly problem: Problem;
	/** The host of each unit, or `atHome`, or `undecided`. */
	readonly at: Int32Array;
	readonly memoryKib: Float64Array;
	readonly cpus: Float64Array;
	readonly freeBytes: Float64Array;
	/** The units that have come to each host, in the order of the problem. */
	readonly arrivals: readonly Unit[][];
	readonly #counts: readonly Map<number, number>[];
	readonly #members: readonly number[];
	#openKib: number;

	constructor(problem: Problem) {
		this.problem = problem;
		this.at = new Int32Array(problem.units.length).fill(atHome);
		this.memoryKib = problem.usedKib.slice();
		this.cpus = problem.usedCpus.slice();
		this.freeBytes = Float64Array.from(problem.pools, ({freeBytes}) => freeBytes);
		this.arrivals = problem.hosts.map(() => []);
		this.#counts = problem.rules.map(({now}) => new Map(now));
		this.#members = problem.rules.map(({now}) => [...now.values()].reduce((sum, count) => sum + count, 0));
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
			this.apartAt(unit, host) === undefined
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
		const apart = this.apartAt(unit, host);
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

	/** How many of the rule's guests are in the host's area, those of the unit left out. */
	othersAt({rule, count, homes}: Membership, unit: Unit, host: number): number {
		const areaOf = this.problem.rules[rule]?.areaOf;
		const area = areaOf?.[host] ?? -1;
		const all = this.#counts[rule]?.get(area) ?? 0;
		const at = value(this.at, unit.index);
		if (at === undecided) return all;
		if (at !== atHome) return areaOf?.[at] === area ? all - count : all;
		return all - homes.filter(home => areaOf?.[home] === area).length;
	}

	/** The guests of a rule in each area. */
	countsOf(rule: number): ReadonlyMap<number, number> {
		return this.#counts[rule] ?? new Map();
	}

	/** The number of the rule's guests. */
	membersOf(rule: number): number {
		return this.#members[rule] ?? 0;
	}

	/** The rule that keeps the unit from the host because of others that are there. */
	apartAt(unit: Unit, host: number): Membership | undefined {
		return unit.memberships.find(
			one => this.problem.rules[one.rule]?.rule.strength === 'hard' && this.othersAt(one, unit, host) > 0,
		);
	}

	/** Does a guest that has come share an area with one that a hard rule keeps it apart from? */
	breaksRules(): boolean {
		return this.arrivals.some((units, host) => units.some(unit => this.apartAt(unit, host) !== undefined));
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
		if (place === undecided) return;
		for (const {rule, count, homes} of unit.memberships) {
			if (place !== atHome) this.#meet(rule, place, sign * count);
			else for (const home of homes) this.#meet(rule, home, sign);
		}
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

	#meet(rule: number, host: number, change: number): void {
		const counts = this.#counts[rule];
		const area = this.problem.rules[rule]?.areaOf[host] ?? -1;
		const left = (counts?.get(area) ?? 0) + change;
		if (left === 0) counts?.delete(area);
		else counts?.set(area, left);
	}
}

/** Several needs can fall to one pool. */
function needIn(unit: Unit, pool: number, host: number): number {
	let bytes = 0;
	for (const need of unit.needs) if (need.seenAt?.[host] !== 1 && need.poolAt[host] === pool) bytes += need.bytes;
	return bytes;
}

/** A figure of a list that has one for every index. */
export function value(list: Float64Array | Int32Array, index: number): number {
	return list[index] ?? Number.NaN;
}
