import type {AffinityRule, Cluster, ClusterGuest, ClusterHost} from '../../src/placement/cluster.ts';

const gib = 1024 ** 2;
const mib = 1024 ** 2;

/**
 * A cluster as large sites have them: hosts of four sizes in racks, guests of many, a tenth of them pinned, excluded,
 * on shared storage or with a request, pairs that belong together and groups that must not meet. Half of the hosts are
 * full; the others are to take all of their guests. The same count gives the same cluster.
 */
export function generate(guestCount: number): {readonly cluster: Cluster; readonly sources: readonly string[]} {
	const random = generator(guestCount);
	const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0];
	const hostCount = guestCount / 20;
	const hosts = Array.from({length: hostCount}, (_, index): ClusterHost => {
		const memoryGib = pick([256, 384, 512, 768]);
		return {
			name: `kvm${String(index).padStart(3, '0')}`,
			zone: `rack${index % Math.ceil(hostCount / 25)}`,
			memoryKib: memoryGib * gib,
			freeKib: (memoryGib - 2) * gib,
			reserveKib: 2 * gib,
			memoryOvercommit: 1,
			cpus: memoryGib / 6,
			cpuOvercommit: 4,
			pools: [{path: '/var/lib/libvirt/images', freeBytes: memoryGib * 16 * 1024 ** 3}],
			storages: index % 3 === 0 ? ['nfs'] : [],
			bytesPerSecond: pick([1250 * mib, 1250 * mib, 3125 * mib]),
		};
	});
	const names = hosts.map(({name}) => name);
	const sources = names.slice(0, hostCount / 2);
	const destinations = names.slice(hostCount / 2);
	const someDestinations = () => Array.from({length: 5}, () => pick(destinations as [string, ...string[]]));
	const guests = Array.from({length: guestCount}, (_, index): ClusterGuest => {
		const name = `guest${String(index).padStart(5, '0')}`;
		const memoryGib = pick([1, 2, 2, 4, 4, 4, 8, 8, 16, 32]);
		const dataBytes = (5 + Math.floor(random() * 60)) * 1024 ** 3;
		return {
			id: name,
			name,
			host: sources[index % sources.length] ?? '',
			state: random() < 0.03 ? 'off' : 'running',
			memoryKib: memoryGib * gib,
			vcpus: pick([1, 2, 2, 4, 8]),
			disks: [
				{
					target: 'vda',
					path: `/var/lib/libvirt/images/${name}.qcow2`,
					dataBytes,
					spaceBytes: dataBytes * 1.5,
					...(random() < 0.1 ? {storage: 'nfs'} : {}),
				},
			],
			priority: pick([0, 0, 0, 10]),
			labels: [],
			policy: pick(['live', 'live', 'live', 'live_or_cold']),
			pins: random() < 0.02 ? someDestinations() : [],
			avoids: random() < 0.05 ? someDestinations() : [],
			prefers: random() < 0.03 ? someDestinations() : [],
			obstacles: [],
			dirtyBytesPerSecond: Math.floor(random() * 60) * mib,
		};
	});
	return {cluster: {hosts, guests, rules: rulesOf(guests, random), lines: linesOf(hosts)}, sources};
}

/** Of each hundred guests two belong together, three must not meet, and four should not. */
function rulesOf(guests: readonly ClusterGuest[], random: () => number): readonly AffinityRule[] {
	const some = (first: number, count: number) =>
		Array.from({length: count}, () => guests[first + Math.floor(random() * 100)]?.id ?? '').filter(id => id !== '');
	return Array.from({length: Math.floor(guests.length / 100)}, (_, index) => index * 100).flatMap(
		(first): AffinityRule[] => [
			{name: `pair${first}`, kind: 'together', across: 'host', strength: 'hard', guests: some(first, 2)},
			{name: `trio${first}`, kind: 'apart', across: 'host', strength: 'hard', guests: distinct(some(first, 3))},
			{name: `racks${first}`, kind: 'apart', across: 'zone', strength: 'soft', guests: distinct(some(first, 4))},
		],
	);
}

function linesOf(hosts: readonly ClusterHost[]): Cluster['lines'] {
	const zones = [...new Set(hosts.map(({zone}) => zone ?? ''))];
	return zones.slice(1).map((zone, index) => ({
		name: `${zones[index]} to ${zone}`,
		zones: [zones[index] ?? '', zone],
		bytesPerSecond: 625 * mib,
	}));
}

function distinct(ids: readonly string[]): readonly string[] {
	return [...new Set(ids)];
}

/** Numbers from 0 to 1, always the same for a seed: the generator of Park and Miller. */
function generator(seed: number): () => number {
	let state = (seed % 2_147_483_646) + 1;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
}
