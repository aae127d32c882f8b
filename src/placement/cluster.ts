/**
 * The cluster as placement and schedule see it: plain data from facts and from the playbook. Host names and guest IDs
 * are unique. The order of lists has no meaning.
 */
export type Cluster = {
	readonly hosts: readonly ClusterHost[];
	/** All guests of all hosts, including those that stay, because they use capacity too. */
	readonly guests: readonly ClusterGuest[];
	readonly rules: readonly AffinityRule[];
	/** Links between zones that are slower than the hosts at their ends. */
	readonly lines: readonly InterZoneLink[];
};

export type ClusterHost = {
	readonly name: string;
	/** Why it cannot be a destination: it is being evacuated, in maintenance, unreachable. Undefined: it may be one. */
	readonly closed?: string;
	/** Hosts in the same zone fail together. A host without a zone is a zone of its own. */
	readonly zone?: string;
	readonly memoryKib: number;
	/** Free memory, including reclaimable caches. */
	readonly freeKib: number;
	/** Reserved for the host itself. */
	readonly reserveKib: number;
	/** 1: guests may use no more memory than the host has. */
	readonly memoryOvercommit: number;
	readonly cpus: number;
	/** The number of virtual CPUs allowed per physical CPU. */
	readonly cpuOvercommit: number;
	readonly pools: readonly Pool[];
	/** The shared storage that is attached, by the names that disks use. */
	readonly storages: readonly string[];
	/** The speed of its migration link, in each direction. */
	readonly bytesPerSecond: number;
};

/** A folder of a host, on a file system that no other pool shares. */
export type Pool = {
	readonly path: string;
	/** The space for new images, after any reserve. */
	readonly freeBytes: number;
};

/** A link between two zones, shared by all moves between them. */
export type InterZoneLink = {
	readonly name: string;
	readonly zones: readonly [string, string];
	readonly bytesPerSecond: number;
};

export type ClusterGuest = {
	/** The UUID. */
	readonly id: string;
	readonly name: string;
	/** The current host. */
	readonly host: string;
	readonly state: 'running' | 'paused' | 'off';
	readonly memoryKib: number;
	readonly vcpus: number;
	readonly disks: readonly GuestDisk[];
	/** A guest with a higher priority is never left behind in favour of one with a lower priority. */
	readonly priority: number;
	readonly labels: readonly string[];
	readonly policy: Policy;
	/** The only hosts that it may move to; empty: any. */
	readonly pins: readonly string[];
	/** Hosts that it must not move to. */
	readonly avoids: readonly string[];
	/** Hosts that it should move to if possible; empty: no preference. */
	readonly prefers: readonly string[];
	/** What the preflight checks found against moving it. */
	readonly obstacles: readonly Obstacle[];
	/** The rate at which it changes its memory; undefined if it was not measured. */
	readonly dirtyBytesPerSecond?: number;
};

export type GuestDisk = {
	readonly target: string;
	/** The path of its image at the destination; the pool that contains this path needs the space. */
	readonly path: string;
	/** The amount of data to send. */
	readonly dataBytes: number;
	/** The maximum size of the image. */
	readonly spaceBytes: number;
	/** Its virtual size, where the copy overwrites an image that the guest left there and so takes no new space. */
	readonly virtualBytes?: number;
	/** The shared storage that contains it: a destination with this storage needs no copy. */
	readonly storage?: string;
};

/**
 * How a guest may be moved: `live`, only while it is running; `live_or_cold`, cold if it cannot move live;
 * `stop_and_start`, always cold; `leave`, not at all; `block`, no move may start while it is on the host.
 */
export type Policy = 'live' | 'live_or_cold' | 'stop_and_start' | 'leave' | 'block';

/** How a guest moves. For a cold move, a running guest is stopped and started again at the destination. */
export type MigrationMode = 'live' | 'cold';

/** Why a guest cannot move in these ways; with a host, why it cannot move to that host. */
export type Obstacle = {readonly host?: string; readonly modes: readonly MigrationMode[]; readonly reason: string};

/** Guests that must share a host or zone, or that must not. A soft rule may be broken; this is reported. */
export type AffinityRule = {
	readonly name: string;
	readonly kind: 'together' | 'apart';
	/** A hard `together` always means the same host. */
	readonly across: 'host' | 'zone';
	readonly strength: 'hard' | 'soft';
	/** Guest IDs. */
	readonly guests: readonly string[];
};

/** A placement request. */
export type PlacementRequest = {
	/** The IDs of the guests that should leave their hosts. */
	readonly guests: readonly string[];
	/** With `one_host`, any one destination may fail afterwards: the others have enough memory to start its guests. */
	readonly headroom: 'none' | 'one_host';
};

/** The destination of one guest, and how it moves. */
export type PlacedMove = {
	/** The ID of the guest. */
	readonly guest: string;
	readonly source: string;
	readonly destination: string;
	readonly mode: MigrationMode;
};

/** Closes the hosts and requests that all their guests leave: the input of an evacuation. */
export function evacuation(
	cluster: Cluster,
	sources: readonly string[],
	headroom: PlacementRequest['headroom'] = 'none',
): {readonly cluster: Cluster; readonly request: PlacementRequest} {
	const emptied = new Set(sources);
	const hosts = cluster.hosts.map(host =>
		emptied.has(host.name) ? {...host, closed: 'the host is being evacuated'} : host,
	);
	const guests = cluster.guests.filter(({host}) => emptied.has(host)).map(({id}) => id);
	return {cluster: {...cluster, hosts}, request: {guests, headroom}};
}

/** Compares strings independently of the locale. */
export function compareTexts(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}
