import type {Facts} from '../../../facts/facts.ts';
import {needKib} from '../../../placement/capacity.ts';
import type {AffinityRule, Cluster, ClusterGuest, ClusterHost} from '../../../placement/cluster.ts';
import type {PlanFacts} from '../../../preflight/facts.ts';
import {accepting, blockersOfDestinations, obstaclesOf, preflight, type Report} from '../../../preflight/preflight.ts';
import type {PlanContext} from '../../step.ts';
import {preflightFacts} from '../decision/preflight-facts.ts';
import {chosen} from '../decision/selection.ts';
import type {EvacuateParams} from '../evacuate-params.ts';
import {guestsOn, withStopObstacles} from './guests.ts';
import {silenceOf} from './host-facts.ts';
import {hostOf} from './hosts.ts';
import {withStorages} from './shared-disks.ts';

/** The input of placement for an evacuation, with the guests to move. */
export type EvacuationInput = {
	readonly source: string;
	readonly destinations: readonly string[];
	readonly cluster: Cluster;
	readonly asked: readonly ClusterGuest[];
	/** The check results before planning. */
	readonly report: Report;
};

/** Values for the checks that are not planned yet. */
export const unplanned: PlanFacts = {
	dropsContents: false,
	tls: false,
	logsIn: true,
	counts: {dirtyRates: false, blockers: false},
	perDestination: 1,
	neverConverge: [],
};

/** Parameters of the moves, for the checks. */
export function askedOf({
	migrate,
	...params
}: Pick<EvacuateParams, 'migrate' | 'measure_dirty_rate' | 'ask_qemu'>): Pick<
	PlanFacts,
	'tls' | 'dropsContents' | 'logsIn' | 'counts'
> {
	return {
		tls: migrate?.tls === true ? (migrate.tls_destination ?? true) : false,
		dropsContents: migrate?.image_contents === 'drop',
		logsIn: migrate?.mode !== 'relay',
		counts: {dirtyRates: params.measure_dirty_rate === true, blockers: params.ask_qemu === true},
	};
}

/** Hosts that match a pattern and may be destinations. */
export function destinationsOf(pattern: string, {host, hosts, emptying}: PlanContext): readonly string[] {
	return hosts(pattern).filter(name => name !== host && !emptying.has(name));
}

export function evacuationInputOf(params: EvacuateParams, at: PlanContext, facts: Facts): EvacuationInput {
	const source = at.host;
	const destinations = destinationsOf(params.to, at);
	const names = [source, ...destinations];
	const all = guestsOn(names, facts).map(guest => settled(guest, params, at));
	const there = all.filter(({host}) => host === source);
	const asked = params.guests === undefined ? there : chosen(there, params.guests);
	const plan = {...unplanned, ...askedOf(params)};
	const report = accepting(
		preflight(preflightFacts({source, guests: asked, destinations, plan, requested: params.migrate}, at, facts)),
		params.accept,
	);
	const notKnown = params.not_known ?? 'warn';
	const obstacles = obstaclesOf(report, notKnown);
	const blockers = blockersOfDestinations(report, notKnown);
	const comingKib = asked.reduce((sum, guest) => sum + needKib(guest), 0);
	const plain = names.map((name): ClusterHost => {
		const host = hostOf(name, at, facts, params, comingKib);
		const [blocker] = blockers.get(name) ?? [];
		if (host === undefined)
			return silent(name, blocker?.reason ?? silenceOf(name, facts) ?? 'the host did not respond');
		if (name === source) return {...host, closed: 'the host is being evacuated'};
		return blocker === undefined ? host : {...host, closed: blocker.reason};
	});
	const checked = all.map(guest => withStopObstacles({...guest, obstacles: obstacles.get(guest.id) ?? []}, facts));
	const {guests, hosts} = withStorages(checked, plain, params.migrate?.storage_map, facts);
	const ids = new Set(asked.map(({id}) => id));
	return {
		source,
		destinations,
		cluster: {hosts, guests, rules: [...rulesOf(params, guests), ...ownRules(guests, facts)], lines: []},
		asked: guests.filter(({id}) => ids.has(id)),
		report,
	};
}

/** Settings of the playbook override the guest's metadata. */
function settled(
	guest: ClusterGuest,
	{policy, each = [], migrate}: EvacuateParams,
	{hosts}: PlanContext,
): ClusterGuest {
	// `offline: true` applies to all guests that are shut off, and shuts none down.
	const usual = policy ?? (migrate?.offline === true && guest.state === 'off' ? 'live_or_cold' : 'live');
	let own: ClusterGuest = guest.policy === 'live' ? {...guest, policy: usual} : guest;
	for (const one of each) {
		if (chosen([own], one.guests).length === 0) continue;
		own = {
			...own,
			policy: one.policy ?? own.policy,
			priority: one.priority ?? own.priority,
			pins: one.pin === undefined ? own.pins : hosts(one.pin),
			avoids: one.avoid === undefined ? own.avoids : hosts(one.avoid),
			prefers: one.prefer === undefined ? own.prefers : hosts(one.prefer),
		};
	}
	return own;
}

/** A host without facts: it accepts no guests, for the reason given. */
function silent(name: string, why: string): ClusterHost {
	return {
		name,
		closed: why,
		memoryKib: 0,
		freeKib: 0,
		reserveKib: 0,
		memoryOvercommit: 1,
		cpus: 0,
		cpuOvercommit: 1,
		pools: [],
		storages: [],
		bytesPerSecond: 0,
	};
}

function rulesOf(
	{together = [], apart = []}: EvacuateParams,
	guests: readonly ClusterGuest[],
): readonly AffinityRule[] {
	return [
		...together.map(rule => ({...rule, kind: 'together' as const})),
		...apart.map(rule => ({...rule, kind: 'apart' as const})),
	]
		.map(({kind, guests: patterns, across = 'host', strength = 'hard'}): AffinityRule => {
			const ids = chosen(guests, patterns).map(({id}) => id);
			return {name: `${kind}: ${[patterns].flat().join(', ')}`, kind, across, strength, guests: ids};
		})
		.filter(({guests: ids}) => ids.length > 1);
}

/** Groups declared in the metadata of guests. */
function ownRules(guests: readonly ClusterGuest[], facts: Facts): readonly AffinityRule[] {
	const groups = new Map<string, {readonly kind: AffinityRule['kind']; readonly ids: string[]}>();
	for (const {id: uuid, host} of guests) {
		const metadata = facts.get({kind: 'domain', host, uuid})?.metadata;
		for (const kind of ['together', 'apart'] as const) {
			for (const group of metadata?.[kind] ?? []) {
				const known = groups.get(`${kind} ${group}`) ?? {kind, ids: []};
				known.ids.push(uuid);
				groups.set(`${kind} ${group}`, known);
			}
		}
	}
	return [...groups]
		.filter(([, {ids}]) => ids.length > 1)
		.map(([name, {kind, ids}]) => ({name, kind, across: 'host', strength: 'hard', guests: ids}));
}
