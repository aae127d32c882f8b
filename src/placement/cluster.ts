/**
 * The cluster as placement and schedule see it: plain data, made from facts and from the playbook. All names of hosts
 * and all ids of guests are unique. The order of any list means nothing.
 */
export type Cluster = {
	readonly hosts: readonly ClusterHost[];
	/** All guests of all hosts: those that stay take room too. */
	readonly guests: readonly ClusterGuest[];
	readonly rules: readonly AffinityRule[];
	/** Lines between zones that are slower than what the hosts at their ends could send. */
	readonly lines: readonly InterZoneLink[];
};

export type ClusterHost = {
	readonly name: string;
	/** Why it takes no guest: it is being emptied, in maintenance, out of reach. Left out: it may be a destination. */
	readonly closed?: string;
	/** Hosts of one zone fail together. A host without one is a zone of its own. */
	readonly zone?: string;
	readonly memoryKib: number;
	/** Free now, and what the kernel can drop. */
	readonly freeKib: number;
	/** Kept for the host itself. */
	readonly reserveKib: number;
	/** 1: no more is promised to guests than there is. */
	readonly memoryOvercommit: number;
	readonly cpus: number;
	/** Virtual CPUs that may be promised for each real one. */
	readonly cpuOvercommit: number;
	readonly pools: readonly Pool[];
	/** The shared storage that it sees, by the names that disks use. */
	readonly storages: readonly string[];
	/** The speed of its link for migrations, in each direction. */
	readonly bytesPerSecond: number;
};

/** A folder of a host, on a file system that it shares with no other pool. */
export type Pool = {
	readonly path: string;
	/** What new images may take: any reserve is taken off already. */
	readonly freeBytes: number;
};

/** What all moves between two zones share. */
export type InterZoneLink = {
	readonly name: string;
	readonly zones: readonly [string, string];
	readonly bytesPerSecond: number;
};

export type ClusterGuest = {
	/** The UUID. */
	readonly id: string;
	readonly name: string;
	/** The host that it is on now. */
	readonly host: string;
	readonly state: 'running' | 'paused' | 'off';
	readonly memoryKib: number;
	readonly vcpus: number;
	readonly disks: readonly GuestDisk[];
	/** A guest of a higher priority is never left behind for ones of a lower. */
	readonly priority: number;
	readonly labels: readonly string[];
	readonly policy: Policy;
	/** The only hosts that it may go to; empty: any. */
	readonly pins: readonly string[];
	/** Hosts that it may not go to. */
	readonly avoids: readonly string[];
	/** Hosts that it should go to, if it can be; empty: no wish. */
	readonly prefers: readonly string[];
	/** What preflight found against moving it. */
	readonly obstacles: readonly Obstacle[];
	/** How fast it changes its memory; left out while nobody has measured it. */
	readonly dirtyBytesPerSecond?: number;
};

export type GuestDisk = {
	readonly target: string;
	/** Where its image goes at the destination: the pool that holds this path must have the space. */
	readonly path: string;
	/** What is sent. */
	readonly dataBytes: number;
	/** What the image may come to take. */
	readonly spaceBytes: number;
	/** Its size as the guest sees it, where its image takes no new space: one that it left there is written over. */
	readonly virtualBytes?: number;
	/** The shared storage that it lies on: a destination that sees it gets no copy. */
	readonly storage?: string;
};

/**
 * What may be done to a guest: `live`, move it while it runs; `live_or_cold`, stop it for the move where it cannot go
 * live; `stop_and_start`, always stop it; `leave` it where it is; `block`, nothing may begin while it is there.
 */
export type Policy = 'live' | 'live_or_cold' | 'stop_and_start' | 'leave' | 'block';

/** How a guest moves. A cold move stops a guest that runs and starts it at the destination. */
export type MigrationMode = 'live' | 'cold';

/** Why a guest cannot go in these ways; with a host, why not to that one. */
export type Obstacle = {readonly host?: string; readonly modes: readonly MigrationMode[]; readonly reason: string};

/** Guests that belong on one host or in one zone, or that must not meet there. A soft rule may be broken, and is told. */
export type AffinityRule = {
	readonly name: string;
	readonly kind: 'together' | 'apart';
	/** A hard `together` always means one host. */
	readonly across: 'host' | 'zone';
	readonly strength: 'hard' | 'soft';
	/** Ids. */
	readonly guests: readonly string[];
};

/** What is asked for. */
export type PlacementRequest = {
	/** Ids of the guests that shall leave their hosts. */
	readonly guests: readonly string[];
	/** With `one_host`, any one destination may fail afterwards: the others have the memory to start its guests. */
	readonly headroom: 'none' | 'one_host';
};

/** Who goes where, and how. */
export type PlacedMove = {
	/** The guest's id. */
	readonly guest: string;
	readonly source: string;
	readonly destination: string;
	readonly mode: MigrationMode;
};

/** Closes the hosts, and asks for all their guests to leave: the input of an evacuation. */
export function evacuation(
	cluster: Cluster,
	sources: readonly string[],
	headroom: PlacementRequest['headroom'] = 'none',
): {readonly cluster: Cluster; readonly wish: PlacementRequest} {
	const emptied = new Set(sources);
	const hosts = cluster.hosts.map(host => (emptied.has(host.name) ? {...host, closed: 'it is being emptied'} : host));
	const guests = cluster.guests.filter(({host}) => emptied.has(host)).map(({id}) => id);
	return {cluster: {...cluster, hosts}, wish: {guests, headroom}};
}

/** Texts in an order that no locale changes. */
export function compareTexts(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}
