import fc from 'fast-check';
import type {
	AffinityRule,
	Cluster,
	ClusterGuest,
	ClusterHost,
	Obstacle,
	PlacementRequest,
} from '../../src/placement/cluster.ts';

const gib = 1024 ** 2;

/** A host with capacity for everything. */
export function host(name: string, changes: Partial<ClusterHost> = {}): ClusterHost {
	return {
		name,
		memoryKib: 64 * gib,
		freeKib: 64 * gib,
		reserveKib: 0,
		memoryOvercommit: 1,
		cpus: 32,
		cpuOvercommit: 4,
		pools: [{path: '/images', freeBytes: 1000 * 1024 ** 3}],
		storages: [],
		bytesPerSecond: 100 * 1024 ** 2,
		...changes,
	};
}

/** A running guest of 4 GiB with a disk of 10 GiB on kvm1. */
export function guest(name: string, changes: Partial<ClusterGuest> = {}): ClusterGuest {
	return {
		id: name,
		name,
		host: 'kvm1',
		state: 'running',
		memoryKib: 4 * gib,
		vcpus: 2,
		disks: [{target: 'vda', path: `/images/${name}.qcow2`, dataBytes: 2 * 1024 ** 3, spaceBytes: 10 * 1024 ** 3}],
		priority: 0,
		labels: [],
		policy: 'live',
		pins: [],
		avoids: [],
		prefers: [],
		obstacles: [],
		...changes,
	};
}

export type Case = {readonly cluster: Cluster; readonly request: PlacementRequest};

/** Small clusters, tight enough that not all guests can be placed. */
export const smallCases: fc.Arbitrary<Case> = cases({hosts: 3, guests: 6, sources: 1});

/** Larger clusters, where several hosts are evacuated or guests exchange hosts. */
export const cases20: fc.Arbitrary<Case> = cases({hosts: 6, guests: 24, sources: 2});

type Size = {readonly hosts: number; readonly guests: number; readonly sources: number};

function cases(size: Size): fc.Arbitrary<Case> {
	const names = Array.from({length: size.hosts + size.sources}, (_, index) => `kvm${index}`);
	const ids = Array.from({length: size.guests}, (_, index) => `g${String(index).padStart(2, '0')}`);
	return fc
		.record({
			hosts: fc.tuple(...names.map((name, index) => anyHost(name, index < size.sources))),
			guests: fc.tuple(
				...ids.map((id, index) => anyGuest(id, names, index % 3 === 0 ? names : sourcesOf(names, size))),
			),
			count: fc.integer({min: 1, max: size.guests}),
			rules: fc.array(anyRule(ids), {maxLength: 3}),
			headroom: fc.constantFrom('none', 'none', 'one_host'),
			open: fc.boolean(),
		})
		.map(({hosts, guests, count, rules, headroom, open}): Case => {
			const present = guests.slice(0, count);
			const asked = present.filter(one => sourcesOf(names, size).includes(one.host));
			return {
				cluster: {
					// If the sources stay open, guests of one can move to the other.
					hosts: open ? hosts.map(({closed: _, ...one}) => one) : hosts,
					guests: present,
					rules: rules.map((rule, index) => ({...rule, name: `rule${index}`})),
					lines: [{name: 'line', zones: ['a', 'b'], bytesPerSecond: 20 * 1024 ** 2}],
				},
				request: {guests: asked.map(({id}) => id), headroom},
			};
		});
}

function sourcesOf(names: readonly string[], {sources}: Size): readonly string[] {
	return names.slice(0, sources);
}

function anyHost(name: string, isSource: boolean): fc.Arbitrary<ClusterHost> {
	return fc
		.record({
			memoryGib: fc.integer({min: 8, max: 32}),
			freeGib: fc.integer({min: 2, max: 40}),
			reserveGib: fc.constantFrom(0, 1, 2),
			memoryOvercommit: fc.constantFrom(1, 1, 1.5),
			cpus: fc.integer({min: 2, max: 16}),
			cpuOvercommit: fc.constantFrom(1, 2, 4),
			freeBytes: fc.integer({min: 0, max: 200}),
			zone: fc.constantFrom('a', 'b', undefined),
			storages: fc.constantFrom([], ['nfs']),
			bytesPerSecond: fc.constantFrom(100 * 1024 ** 2, 1000 * 1024 ** 2),
		})
		.map(({memoryGib, freeGib, reserveGib, freeBytes, zone, ...rest}) => ({
			name,
			...(isSource ? {closed: 'the host is being evacuated'} : {}),
			...(zone === undefined ? {} : {zone}),
			memoryKib: memoryGib * gib,
			freeKib: Math.min(freeGib, memoryGib) * gib,
			reserveKib: reserveGib * gib,
			pools: [{path: '/images', freeBytes: freeBytes * 1024 ** 3}],
			...rest,
		}));
}

function anyGuest(id: string, names: readonly string[], homes: readonly string[]): fc.Arbitrary<ClusterGuest> {
	const someHosts = (often: number) =>
		fc.oneof({weight: often, arbitrary: fc.constant([])}, {weight: 1, arbitrary: fc.subarray([...names])});
	const obstacle: fc.Arbitrary<Obstacle> = fc
		.record({
			host: fc.constantFrom(...names, undefined),
			modes: fc.constantFrom<Obstacle['modes']>(['live'], ['live', 'cold']),
			reason: fc.constantFrom('its CPU is not known there', 'it has a host device'),
		})
		.map(({host: at, ...rest}) => (at === undefined ? rest : {host: at, ...rest}));
	return fc.record({
		id: fc.constant(id),
		name: fc.constant(id),
		host: fc.constantFrom(...homes),
		state: fc.constantFrom<ClusterGuest['state']>('running', 'running', 'running', 'paused', 'off'),
		memoryKib: fc.integer({min: 1, max: 16}).map(half => (half * gib) / 2),
		vcpus: fc.integer({min: 1, max: 4}),
		disks: fc.array(
			fc.record({
				target: fc.constantFrom('vda', 'vdb'),
				path: fc.constant(`/images/${id}`),
				dataBytes: fc.integer({min: 0, max: 10}).map(size => size * 1024 ** 3),
				spaceBytes: fc.integer({min: 10, max: 40}).map(size => size * 1024 ** 3),
				storage: fc.constant('nfs'),
			}),
			{maxLength: 2},
		),
		priority: fc.constantFrom(0, 0, 0, 5),
		labels: fc.constant([]),
		policy: fc.constantFrom<ClusterGuest['policy']>('live', 'live', 'live_or_cold', 'stop_and_start', 'leave'),
		pins: someHosts(8),
		avoids: someHosts(8),
		prefers: someHosts(8),
		obstacles: fc.oneof(
			{weight: 5, arbitrary: fc.constant([])},
			{weight: 1, arbitrary: fc.array(obstacle, {maxLength: 2})},
		),
		dirtyBytesPerSecond: fc.integer({min: 0, max: 200}).map(mib => mib * 1024 ** 2),
	});
}

function anyRule(ids: readonly string[]): fc.Arbitrary<Omit<AffinityRule, 'name'>> {
	return fc.record({
		kind: fc.constantFrom<AffinityRule['kind']>('together', 'apart', 'apart'),
		across: fc.constantFrom<AffinityRule['across']>('host', 'host', 'zone'),
		strength: fc.constantFrom<AffinityRule['strength']>('hard', 'soft'),
		guests: fc.subarray([...ids], {minLength: 2, maxLength: 4}),
	});
}
