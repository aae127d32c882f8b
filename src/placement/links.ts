import {
	type Cluster,
	type ClusterGuest,
	type ClusterHost,
	compareTexts,
	type GuestDisk,
	type InterZoneLink,
	type MigrationMode,
} from './cluster.ts';

/** The disks of which a destination needs a copy. */
export function copiedDisks(guest: ClusterGuest, destination: ClusterHost): readonly GuestDisk[] {
	return guest.disks.filter(({storage}) => storage === undefined || !destination.storages.includes(storage));
}

/** What is sent at least, when a guest goes to a host: its memory once, if it runs on, and the disks that are copied. */
export function bytesTo(guest: ClusterGuest, destination: ClusterHost, mode: MigrationMode): number {
	const memory = mode === 'live' ? guest.memoryKib * 1024 : 0;
	return copiedDisks(guest, destination).reduce((sum, {dataBytes}) => sum + dataBytes, memory);
}

/** The line that leads from one host to another; undefined where only their own links count. */
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

/** The slowest part of the way between two hosts. */
export function speedBetween(source: ClusterHost, destination: ClusterHost, lineOf: LineOf): number {
	const line = lineOf(source, destination)?.bytesPerSecond ?? Number.POSITIVE_INFINITY;
	return Math.min(source.bytesPerSecond, destination.bytesPerSecond, line);
}
