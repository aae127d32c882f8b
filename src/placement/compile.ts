import {capacities, needCpus, needKib} from './capacity.ts';
import {type Cluster, compareTexts, type Guest, type Host, type Rule, type Wish} from './cluster.ts';
import {forbiddenAt, isUnbound} from './forbid.ts';
import {type Group, groupGuests} from './group.ts';
import {lineFinder} from './links.ts';
import type {CountedRule, Membership, Problem, UnitDraft} from './problem.ts';
import {SpaceIndex} from './space.ts';
import {whyStays} from './ways.ts';

/** @throws Error for a cluster that contradicts itself: a name twice, a guest on a host that is none of it. */
export function compile(cluster: Cluster, wish: Wish): Problem {
	const hosts = sortedOnce(cluster.hosts, ({name}) => name);
	const guests = sortedOnce(cluster.guests, ({id}) => id);
	const capacity = capacities(cluster);
	const figure = (of: 'memoryKib' | 'usedKib' | 'cpus' | 'usedCpus') =>
		Float64Array.from(hosts, ({name}) => capacity.get(name)?.[of] ?? 0);
	const open = Int32Array.from(hosts.keys()).filter(host => hosts[host]?.closed === undefined);
	const memoryKib = figure('memoryKib');
	const usedKib = figure('usedKib');

	const numberOf = new Map(hosts.map(({name}, index) => [name, index]));
	const homeOf = new Map(guests.map(({id, host}) => [id, numberOf.get(host) ?? -1]));
	const rules = countRules(cluster.rules, hosts, homeOf);
	const asked = new Set(wish.guests);
	const stays = guests.flatMap(guest => {
		const stay = asked.has(guest.id) ? whyStays(guest) : undefined;
		return stay === undefined ? [] : [{guest, stay}];
	});
	const staying = new Set(stays.map(({guest}) => guest.id));
	const movable = guests.filter(({id}) => asked.has(id) && !staying.has(id));
	const space = new SpaceIndex(hosts);
	const moving = new Set(movable);
	const residents: number[][] = hosts.map(() => []);
	for (const guest of guests) if (!moving.has(guest)) residents[homeOf.get(guest.id) ?? -1]?.push(needKib(guest));
	const groups = groupGuests(movable, cluster.rules, homeOf);
	const drafts = toUnits(groups, hosts, homeOf, rules, space);
	const hostsFor = hostLists(hosts, open, rules);
	const residentKib = residents.map(sizes => total(sizes, size => size));
	const holds = (draft: UnitDraft, host: number) =>
		(residentKib[host] ?? 0) + draft.memoryKib <= (memoryKib[host] ?? 0);
	return {
		hosts,
		open,
		memoryKib,
		cpus: figure('cpus'),
		usedKib,
		usedCpus: figure('usedCpus'),
		residents,
		pools: space.pools,
		units: drafts.map(draft => {
			const list = hostsFor(draft);
			return {...draft, hosts: list, isHopeless: !list.some(host => holds(draft, host))};
		}),
		rules,
		stays,
		lineOf: lineFinder(cluster),
		headroom: wish.headroom,
		budgetKib: wish.headroom === 'none' ? Number.POSITIVE_INFINITY : allButLargest(open, memoryKib, usedKib),
	};
}

function sortedOnce<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
	const sorted = items.toSorted((a, b) => compareTexts(nameOf(a), nameOf(b)));
	const twin = sorted.find((item, index) => index > 0 && nameOf(item) === nameOf(sorted[index - 1] ?? item));
	if (twin !== undefined) throw new Error(`${nameOf(twin)} is in the cluster twice`);
	return sorted;
}

/** If all guests fit into all hosts but one, it is into all but the largest. Some may have more than they should. */
function allButLargest(open: Int32Array, memoryKib: Float64Array, usedKib: Float64Array): number {
	const limits = Array.from(open, host => Math.max(memoryKib[host] ?? 0, usedKib[host] ?? 0));
	return limits.reduce((sum, limit) => sum + limit, 0) - Math.max(0, ...limits);
}

function countRules(
	rules: readonly Rule[],
	hosts: readonly Host[],
	homeOf: ReadonlyMap<string, number>,
): readonly CountedRule[] {
	const zones = new Map<string, number>();
	for (const host of hosts) if (!zones.has(zoneKey(host))) zones.set(zoneKey(host), zones.size);
	const zoneOf = Int32Array.from(hosts, host => zones.get(zoneKey(host)) ?? -1);
	const itself = Int32Array.from(hosts.keys());
	return sortedOnce(rules, ({name}) => name)
		.filter(({kind, strength}) => kind === 'apart' || strength === 'soft')
		.map(rule => {
			const areaOf = rule.across === 'zone' ? zoneOf : itself;
			const now = new Map<number, number>();
			for (const id of new Set(rule.guests)) {
				const area = areaOf[homeOf.get(id) ?? -1];
				if (area !== undefined) now.set(area, (now.get(area) ?? 0) + 1);
			}
			return {rule, areaOf, now};
		});
}

function zoneKey({zone, name}: Host): string {
	return zone === undefined ? `host ${name}` : `zone ${zone}`;
}

function toUnits(
	groups: readonly Group[],
	hosts: readonly Host[],
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
			hasWishes: guests.some(({prefers, obstacles}) => prefers.length > 0 || obstacles.length > 0),
		};
	});
}

function membershipsOf(
	guests: readonly Guest[],
	rulesOf: ReadonlyMap<string, readonly number[]>,
	homeOf: ReadonlyMap<string, number>,
): readonly Membership[] {
	const homes = new Map<number, number[]>();
	for (const {id} of guests) {
		for (const rule of rulesOf.get(id) ?? []) homes.set(rule, [...(homes.get(rule) ?? []), homeOf.get(id) ?? -1]);
	}
	return [...homes].sort(([a], [b]) => a - b).map(([rule, at]) => ({rule, count: at.length, homes: at}));
}

/** Finds the hosts that a unit may go to. Units that may go to the same share one list. */
function hostLists(
	hosts: readonly Host[],
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

function total<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((sum, item) => sum + of(item), 0);
}
