import {needCpus, needKib} from './capacity.ts';
import type {ClusterGuest, ClusterHost} from './cluster.ts';
import {forbiddenAt, isUnbound} from './forbid.ts';
import type {GuestGroup} from './group.ts';
import type {CountedRule, Membership, UnitDraft} from './problem.ts';
import type {SpaceIndex} from './space.ts';

/** The needs and the current hosts of each group of guests. */
export function toUnits(
	groups: readonly GuestGroup[],
	hosts: readonly ClusterHost[],
	homeOf: ReadonlyMap<string, number>,
	rules: readonly CountedRule[],
	space: SpaceIndex,
): readonly UnitDraft[] {
	const rulesOf = new Map<string, number[]>();
	for (const [index, {rule}] of rules.entries()) {
		for (const id of new Set(rule.guests)) rulesOf.set(id, [...(rulesOf.get(id) ?? []), index]);
	}
	return groups.map(({guests, anchor}, index) => {
		const needs = space.needsOf(guests);
		const homes = guests.map(guest => ({
			host: homeOf.get(guest.id) ?? -1,
			memoryKib: needKib(guest),
			cpus: needCpus(guest),
		}));
		return {
			index,
			guests,
			homes,
			memoryKib: total(guests, needKib),
			comingKib: total(homes, home => (hosts[home.host]?.closed === undefined ? 0 : home.memoryKib)),
			cpus: total(guests, needCpus),
			spaceBytes: total(needs, ({bytes}) => bytes),
			priority: Math.max(...guests.map(({priority}) => priority)),
			needs,
			memberships: membershipsOf(guests, rulesOf, homeOf),
			anchor,
			hasPreferences: guests.some(({prefers, obstacles}) => prefers.length > 0 || obstacles.length > 0),
		};
	});
}

function membershipsOf(
	guests: readonly ClusterGuest[],
	rulesOf: ReadonlyMap<string, readonly number[]>,
	homeOf: ReadonlyMap<string, number>,
): readonly Membership[] {
	const homes = new Map<number, number[]>();
	for (const {id} of guests) {
		for (const rule of rulesOf.get(id) ?? []) homes.set(rule, [...(homes.get(rule) ?? []), homeOf.get(id) ?? -1]);
	}
	return [...homes].sort(([a], [b]) => a - b).map(([rule, at]) => ({rule, count: at.length, homes: at}));
}

/** Finds the hosts that a unit may move to. Units with the same hosts share one list. */
export function hostLists(
	hosts: readonly ClusterHost[],
	open: Int32Array,
	rules: readonly CountedRule[],
): (draft: UnitDraft) => Int32Array {
	const fewestCpus = Math.min(...Array.from(open, host => hosts[host]?.cpus ?? 0));
	const lists = new Map([[open.join(), open]]);
	return draft => {
		if (isUnbound(draft, hosts, fewestCpus)) return open;
		const allowed = open.filter(at => {
			const host = hosts[at];
			return host !== undefined && forbiddenAt(draft, at, host, rules) === undefined;
		});
		const list = lists.get(allowed.join()) ?? allowed;
		lists.set(allowed.join(), list);
		return list;
	};
}

export function total<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((sum, item) => sum + of(item), 0);
}
