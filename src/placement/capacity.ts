import type {Cluster, ClusterGuest, ClusterHost} from './cluster.ts';

/** What QEMU itself takes beside the guest's memory: its program, device emulation and page tables. */
const overheadKib = 64 * 1024;

/** What a host needs for a guest that runs with this memory. */
export function requiredKib(memoryKib: number): number {
	return memoryKib + overheadKib;
}

/** What a guest takes of a host's memory. A guest that is off takes none. */
export function needKib(guest: ClusterGuest): number {
	return guest.state === 'off' ? 0 : requiredKib(guest.memoryKib);
}

/** What a guest takes of a host's CPUs. */
export function needCpus(guest: ClusterGuest): number {
	return guest.state === 'off' ? 0 : guest.vcpus;
}

/** What guests may have on a host in all, and what they have now. */
export type Capacity = {
	readonly memoryKib: number;
	readonly usedKib: number;
	readonly cpus: number;
	readonly usedCpus: number;
};

/** The capacity of each host, with its guests where they are now. */
export function capacities(cluster: Cluster): ReadonlyMap<string, Capacity> {
	const used = new Map(cluster.hosts.map(({name}) => [name, {kib: 0, cpus: 0}]));
	for (const guest of cluster.guests) {
		const host = used.get(guest.host);
		if (host === undefined) throw new Error(`${guest.name} is on ${guest.host}, which is no host of the cluster`);
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
 * Guests may have all that is not the host's, times the overcommit; and no more than they have with what is free now,
 * as processes that are no guests take memory too. Overcommit adds the same to both.
 */
function memoryLimit(host: ClusterHost, usedKib: number): number {
	const forGuests = host.memoryKib - host.reserveKib;
	const extra = (host.memoryOvercommit - 1) * forGuests;
	const free = Math.max(0, host.freeKib - host.reserveKib);
	return Math.floor(Math.max(0, Math.min(forGuests + extra, usedKib + free + extra)));
}
