import type {Cluster, ClusterGuest, ClusterHost} from './cluster.ts';

/** The memory that QEMU itself uses, in addition to the guest's. */
const overheadKib = 64 * 1024;

/** The memory that a host needs for a guest that runs with this memory. */
export function requiredKib(memoryKib: number): number {
	return memoryKib + overheadKib;
}

/** The memory that a guest uses on a host. A guest that is shut off uses none. */
export function needKib(guest: ClusterGuest): number {
	return guest.state === 'off' ? 0 : requiredKib(guest.memoryKib);
}

/** The CPUs that a guest uses on a host. */
export function needCpus(guest: ClusterGuest): number {
	return guest.state === 'off' ? 0 : guest.vcpus;
}

/** The total that guests may use on a host, and what they use now. */
export type Capacity = {
	readonly memoryKib: number;
	readonly usedKib: number;
	readonly cpus: number;
	readonly usedCpus: number;
};

/** The capacity of each host, with all guests where they are now. */
export function capacities(cluster: Cluster): ReadonlyMap<string, Capacity> {
	const used = new Map(cluster.hosts.map(({name}) => [name, {kib: 0, cpus: 0}]));
	for (const guest of cluster.guests) {
		const host = used.get(guest.host);
		if (host === undefined) throw new Error(`${guest.name} is on ${guest.host}, which is not a host of the cluster`);
		host.kib += needKib(guest);
		host.cpus += needCpus(guest);
	}
	return new Map(
		cluster.hosts.map(host => {
			const {kib = 0, cpus = 0} = used.get(host.name) ?? {};
			const memoryKib = memoryLimit(host, kib);
			return [host.name, {memoryKib, usedKib: kib, cpus: host.cpus * host.cpuOvercommit, usedCpus: cpus}];
		}),
	);
}

/**
 * Guests may use the memory that is not reserved for the host, times the overcommit; but no more than they use now plus
 * what is free, because other processes use memory too. Overcommit adds the same amount to both.
 */
function memoryLimit(host: ClusterHost, usedKib: number): number {
	const forGuests = host.memoryKib - host.reserveKib;
	const extra = (host.memoryOvercommit - 1) * forGuests;
	const free = Math.max(0, host.freeKib - host.reserveKib);
	return Math.floor(Math.max(0, Math.min(forGuests + extra, usedKib + free + extra)));
}
