import type {
	AffinityRule,
	Cluster,
	ClusterGuest,
	ClusterHost,
	PlacedMove,
	PlacementRequest,
} from '../../src/placement/cluster.ts';

/** The hosts where each guest uses capacity; two while it moves. */
export type Whereabouts = ReadonlyMap<string, readonly string[]>;

/** The location of each guest after the moves. */
export function after(cluster: Cluster, moves: readonly PlacedMove[]): Whereabouts {
	const destinations = new Map(moves.map(({guest, destination}) => [guest, [destination]]));
	return new Map(cluster.guests.map(({id, host}) => [id, destinations.get(id) ?? [host]]));
}

/**
 * Every hard rule broken by guests that are not at home, computed as simply as possible and independently of the planner.
 * Violations that exist before any move do not count.
 */
export function broken(cluster: Cluster, where: Whereabouts): readonly string[] {
	return [
		...cluster.hosts.flatMap(host => [...overfull(cluster, where, host), ...withoutSpace(cluster, where, host)]),
		...cluster.guests.flatMap(guest => misplaced(cluster, where, guest)),
		...cluster.rules.flatMap(rule => (rule.strength === 'hard' ? meetings(cluster, where, rule) : [])),
	];
}

/** The rules that apply only after all moves. */
export function brokenAtTheEnd(cluster: Cluster, request: PlacementRequest, where: Whereabouts): readonly string[] {
	const torn = cluster.rules
		.filter(({kind, strength}) => kind === 'together' && strength === 'hard')
		.filter(({guests}) => guests.some(id => isAway(cluster, where, id)))
		.filter(({guests}) => new Set(guests.flatMap(id => where.get(id) ?? [])).size > 1)
		.map(({name}) => `${name} is torn`);
	const anyAway = cluster.guests.some(({id}) => isAway(cluster, where, id));
	return request.headroom === 'one_host' && anyAway ? [...torn, ...fatalFailures(cluster, where)] : torn;
}

/** Hosts whose failure the other open hosts could not absorb. */
function fatalFailures(cluster: Cluster, where: Whereabouts): readonly string[] {
	const open = cluster.hosts.filter(({closed}) => closed === undefined);
	const on = (host: ClusterHost) => cluster.guests.filter(({id}) => where.get(id)?.includes(host.name));
	return open.flatMap(failed => {
		const free = new Map(
			open.filter(host => host !== failed).map(host => [host.name, limit(cluster, host) - sum(on(host).map(need))]),
		);
		for (const size of on(failed)
			.map(need)
			.sort((a, b) => b - a)) {
			const [name = '', most = 0] = [...free].sort(([, a], [, b]) => b - a)[0] ?? [];
			if (most < size) return [`${failed.name} may not fail`];
			free.set(name, most - size);
		}
		return [];
	});
}

function overfull(cluster: Cluster, where: Whereabouts, host: ClusterHost): readonly string[] {
	const here = cluster.guests.filter(({id}) => where.get(id)?.includes(host.name));
	if (!here.some(guest => guest.host !== host.name)) return [];
	const memory = sum(here.map(need));
	const cpus = sum(here.filter(isActive).map(({vcpus}) => vcpus));
	return [
		...(memory > limit(cluster, host) ? [`${host.name} is over its memory`] : []),
		...(cpus > host.cpus * host.cpuOvercommit ? [`${host.name} is over its CPUs`] : []),
		...(host.closed !== undefined ? [`${host.name} is closed`] : []),
	];
}

function withoutSpace(cluster: Cluster, where: Whereabouts, host: ClusterHost): readonly string[] {
	const comers = cluster.guests.filter(guest => guest.host !== host.name && where.get(guest.id)?.includes(host.name));
	const copies = comers
		.flatMap(({disks}) => disks)
		.filter(({storage}) => storage === undefined || !host.storages.includes(storage));
	const unheld = copies.filter(({path}) => !host.pools.some(pool => path.startsWith(`${pool.path}/`)));
	const full = host.pools.filter(
		pool =>
			sum(copies.filter(({path}) => path.startsWith(`${pool.path}/`)).map(({spaceBytes}) => spaceBytes)) >
			pool.freeBytes,
	);
	return [
		...unheld.map(({path}) => `${host.name} has no pool for ${path}`),
		...full.map(({path}) => `${host.name} has not the space in ${path}`),
	];
}

function misplaced(cluster: Cluster, where: Whereabouts, guest: ClusterGuest): readonly string[] {
	if (!isAway(cluster, where, guest.id)) return [];
	const modes = {
		live: ['live'],
		live_or_cold: ['live', 'cold'],
		stop_and_start: ['cold'],
		leave: [],
		block: [],
	} as const;
	return (where.get(guest.id) ?? []).flatMap(name => {
		if (name === guest.host) return [];
		const possible = modes[guest.policy]
			.filter(mode => mode === 'cold' || isActive(guest))
			.filter(mode => !guest.obstacles.some(one => [name, undefined].includes(one.host) && one.modes.includes(mode)));
		return [
			...(guest.pins.length > 0 && !guest.pins.includes(name) ? [`${guest.name} is not where it is pinned`] : []),
			...(guest.avoids.includes(name) ? [`${guest.name} is where it must not be`] : []),
			...(possible.length === 0 ? [`${guest.name} cannot go to ${name}`] : []),
			...(guest.vcpus > (cluster.hosts.find(host => host.name === name)?.cpus ?? 0)
				? [`${guest.name} is too wide`]
				: []),
		];
	});
}

function meetings(cluster: Cluster, where: Whereabouts, {name, kind, across, guests}: AffinityRule): readonly string[] {
	if (kind === 'together') return [];
	const areaOf = (host: string) => {
		const zone = cluster.hosts.find(one => one.name === host)?.zone;
		return across === 'zone' && zone !== undefined ? `zone ${zone}` : host;
	};
	const present = guests.filter(id => where.has(id));
	return present.flatMap((one, index) =>
		present
			.slice(index + 1)
			.filter(other => isAway(cluster, where, one) || isAway(cluster, where, other))
			.filter(other => newlyMeet(cluster, where, areaOf, one, other))
			.map(other => `${name}: ${one} meets ${other}`),
	);
}

/** Whether they share an area that is not home to all of them. */
function newlyMeet(
	cluster: Cluster,
	where: Whereabouts,
	areaOf: (host: string) => string,
	one: string,
	other: string,
): boolean {
	const home = (id: string) => cluster.guests.find(guest => guest.id === id)?.host;
	return (where.get(one) ?? []).some(a =>
		(where.get(other) ?? []).some(b => areaOf(a) === areaOf(b) && (a !== home(one) || b !== home(other))),
	);
}

export function limit(cluster: Cluster, host: ClusterHost): number {
	const own = host.memoryKib - host.reserveKib;
	const extra = own * (host.memoryOvercommit - 1);
	const now = sum(cluster.guests.filter(one => one.host === host.name).map(need));
	return Math.floor(Math.min(own + extra, now + Math.max(0, host.freeKib - host.reserveKib) + extra));
}

export function need(guest: ClusterGuest): number {
	return isActive(guest) ? guest.memoryKib + 64 * 1024 : 0;
}

function isActive({state}: ClusterGuest): boolean {
	return state !== 'off';
}

function isAway(cluster: Cluster, where: Whereabouts, id: string): boolean {
	const home = cluster.guests.find(guest => guest.id === id)?.host;
	return home !== undefined && (where.get(id) ?? []).some(host => host !== home);
}

export function sum(values: readonly number[]): number {
	return values.reduce((all, value) => all + value, 0);
}
