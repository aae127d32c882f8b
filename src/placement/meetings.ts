import {atHome, undecided, value} from './at.ts';
import type {Membership, PlacementProblem, Unit} from './problem.ts';

/** Counts the guests of each rule in each area while units move. */
export class Meetings {
	readonly #rules: PlacementProblem['rules'];
	readonly #at: Int32Array;
	readonly #counts: readonly Map<number, number>[];
	readonly #members: readonly number[];

	/** `at` is the location of each unit; its owner calls `count` for every change. */
	constructor(rules: PlacementProblem['rules'], at: Int32Array) {
		this.#rules = rules;
		this.#at = at;
		this.#counts = rules.map(({now}) => new Map(now));
		this.#members = rules.map(({now}) => [...now.values()].reduce((sum, count) => sum + count, 0));
	}

	/** The number of the rule's guests in the host's area, excluding those of the unit. */
	othersAt({rule, count, homes}: Membership, unit: Unit, host: number): number {
		const areaOf = this.#rules[rule]?.areaOf;
		const area = areaOf?.[host] ?? -1;
		const all = this.#counts[rule]?.get(area) ?? 0;
		const at = value(this.#at, unit.index);
		if (at === undecided) return all;
		if (at !== atHome) return areaOf?.[at] === area ? all - count : all;
		return all - homes.filter(home => areaOf?.[home] === area).length;
	}

	/** The rule that keeps the unit away from the host because of guests there. */
	apartAt(unit: Unit, host: number): Membership | undefined {
		return unit.memberships.find(
			one => this.#rules[one.rule]?.rule.strength === 'hard' && this.othersAt(one, unit, host) > 0,
		);
	}

	/** The number of a rule's guests in each area. */
	countsOf(rule: number): ReadonlyMap<number, number> {
		return this.#counts[rule] ?? new Map();
	}

	/** The number of the rule's guests. */
	membersOf(rule: number): number {
		return this.#members[rule] ?? 0;
	}

	/** Adds a unit to the counts of a location, or removes it. */
	count(unit: Unit, place: number, sign: 1 | -1): void {
		if (place === undecided) return;
		for (const {rule, count, homes} of unit.memberships) {
			if (place !== atHome) this.#add(rule, place, sign * count);
			else for (const home of homes) this.#add(rule, home, sign);
		}
	}

	#add(rule: number, host: number, change: number): void {
		const counts = this.#counts[rule];
		const area = this.#rules[rule]?.areaOf[host] ?? -1;
		const left = (counts?.get(area) ?? 0) + change;
		if (left === 0) counts?.delete(area);
		else counts?.set(area, left);
	}
}
