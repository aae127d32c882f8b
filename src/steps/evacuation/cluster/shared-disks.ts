import type {Facts} from '../../../facts/facts.ts';
import {mayBeOneFile} from '../../../files/stat.ts';
import type {ClusterGuest, ClusterHost} from '../../../placement/cluster.ts';
import {mapPath, type StorageMap} from '../../migration/disks/storage-map.ts';

/** Whether the destination seems to have the same file. The move itself verifies this with a probe file. */
export function isShared(
	source: string,
	path: string,
	destination: string,
	map: StorageMap | undefined,
	facts: Facts,
): boolean {
	const here = facts.get({kind: 'path', host: source, path});
	const there = facts.get({kind: 'path', host: destination, path: mapPath(path, map)});
	return here !== undefined && there !== undefined && mayBeOneFile(here, there);
}

/** Guests with the paths of their disks at the destination, and with the shared storage of each disk. */
export function withStorages(
	guests: readonly ClusterGuest[],
	hosts: readonly ClusterHost[],
	map: StorageMap | undefined,
	facts: Facts,
): {readonly guests: readonly ClusterGuest[]; readonly hosts: readonly ClusterHost[]} {
	const seen = new Map<string, string[]>();
	const marked = guests.map(guest => ({
		...guest,
		disks: guest.disks.map(disk => {
			const storage = `${guest.host} ${disk.path}`;
			// Of most guests of a fleet, those on destinations, no image was asked for.
			const isKnown = facts.has({kind: 'path', host: guest.host, path: disk.path});
			const others = isKnown ? hosts.filter(({name}) => name !== guest.host) : [];
			const seers = others.filter(({name}) => isShared(guest.host, disk.path, name, map, facts));
			for (const {name} of seers) seen.set(name, [...(seen.get(name) ?? []), storage]);
			const placed = {...disk, path: mapPath(disk.path, map)};
			return seers.length === 0 ? placed : {...placed, storage};
		}),
	}));
	return {guests: marked, hosts: hosts.map(host => ({...host, storages: seen.get(host.name) ?? []}))};
}
