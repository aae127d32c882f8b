import {capacities, needKib} from './capacity.ts';
import {type AffinityRule, type Cluster, type ClusterHost, compareTexts, type PlacementRequest} from './cluster.ts';
import {groupGuests} from './group.ts';
import {lineFinder} from './links.ts';
import {whyStays} from './migration-modes.ts';
import type {CountedRule, PlacementProblem, UnitDraft} from './problem.ts';
import {SpaceIndex} from './space.ts';
import {hostLists, total, toUnits} from './units.ts';

/** @throws Error for an inconsistent cluster: a duplicate name, or a guest on a host that is not in the cluster. */
export function compile(cluster: Cluster, request: PlacementRequest): PlacementProblem {
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
	const asked = new Set(request.guests);
	const stays = guests.flatMap(guest => {
		const stay = asked.has(guest.id) ? whyStays(guest) : undefined;
		return stay === undefined ? [] : [{guest, stay}];
	});
	const moving = new Set(guests.filter(guest => asked.has(guest.id) && whyStays(guest) === undefined));
	const residents: number[][] = hosts.map(() => []);
	for (const guest of guests) if (!moving.has(guest)) residents[homeOf.get(guest.id) ?? -1]?.push(needKib(guest));
	const space = new SpaceIndex(hosts);
	const groups = groupGuests([...moving], cluster.rules, homeOf);
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
		headroom: request.headroom,
		budgetKib: request.headroom === 'none' ? Number.POSITIVE_INFINITY : allButLargest(open, memoryKib, usedKib),
	};
}

function sortedOnce<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
	const sorted = items.toSorted((a, b) => compareTexts(nameOf(a), nameOf(b)));
	const twin = sorted.find((item, index) => index > 0 && nameOf(item) === nameOf(sorted[index - 1] ?? item));
	if (twin !== undefined) throw new Error(`duplicate ${nameOf(twin)} in the cluster`);
	return sorted;
}

/**
 * The capacity without the largest host: if all guests fit without that one, they fit without any other. A host may be
 * over its limit.
 */
function allButLargest(open: Int32Array, memoryKib: Float64Array, usedKib: Float64Array): number {
	const limits = Array.from(open, host => Math.max(memoryKib[host] ?? 0, usedKib[host] ?? 0));
	return limits.reduce((sum, limit) => sum + limit, 0) - Math.max(0, ...limits);
}

function countRules(
	rules: readonly AffinityRule[],
	hosts: readonly ClusterHost[],
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

function zoneKey({zone, name}: ClusterHost): string {
	return zone === undefined ? `host ${name}` : `zone ${zone}`;
}
