import {
	type Cluster,
	type ClusterGuest,
	type ClusterHost,
	compareTexts,
	type GuestDisk,
	type InterZoneLink,
	type MigrationMode,
} from './cluster.ts';

/** The disks that must be copied to a destination. */
export function copiedDisks(guest: ClusterGuest, destination: ClusterHost): readonly GuestDisk[] {
	return guest.disks.filter(({storage}) => storage === undefined || !destination.storages.includes(storage));
}

/** The minimum amount of data for a move: the memory once, if the guest keeps running, and the disks to copy. */
export function bytesTo(guest: ClusterGuest, destination: ClusterHost, mode: MigrationMode): number {
	const memory = mode === 'live' ? guest.memoryKib * 1024 : 0;
	return copiedDisks(guest, destination).reduce((sum, {dataBytes}) => sum + dataBytes, memory);
}

/** The link between the zones of two hosts; undefined if only the hosts' own links apply. */
export type LineOf = (source: ClusterHost, destination: ClusterHost) => InterZoneLink | undefined;

export function lineFinder({lines}: Cluster): LineOf {
	const found = new Map<string, Map<string, InterZoneLink>>();
	const slowestLast = lines.toSorted((a, b) => b.bytesPerSecond - a.bytesPerSecond || compareTexts(a.name, b.name));
	for (const line of slowestLast) {
		for (const [one, other] of [line.zones, line.zones.toReversed()]) {
			if (one === undefined || other === undefined) continue;
			found.set(one, (found.get(one) ?? new Map()).set(other, line));
		}
	}
	return ({zone: one}, {zone: other}) =>
		one === undefined || other === undefined ? undefined : found.get(one)?.get(other);
}

/** The speed of the slowest link between two hosts. */
export function speedBetween(source: ClusterHost, destination: ClusterHost, lineOf: LineOf): number {
	const line = lineOf(source, destination)?.bytesPerSecond ?? Number.POSITIVE_INFINITY;
	return Math.min(source.bytesPerSecond, destination.bytesPerSecond, line);
}
