import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest} from '../../../placement/cluster.ts';
import type {DiskThere, PairFacts, PlanFacts, PreflightFacts} from '../../../preflight/facts.ts';
import {cpuOf} from '../../../virsh/hypervisor-cpu-compare.ts';
import {pathFacts} from '../../evacuate/path-facts.ts';
import {isMedium} from '../../migration/disks/disk-scene.ts';
import {mapPath} from '../../migration/disks/storage-map.ts';
import type {PlanContext} from '../../step.ts';
import type {EvacuateParams} from '../cluster/evacuation-scene.ts';
import {guestFacts} from '../cluster/guest-facts.ts';
import {hostFacts} from '../cluster/host-facts.ts';
import {isShared} from '../cluster/shared-disks.ts';

/** What is to be checked. */
export type PreflightSubject = {
	readonly source: string;
	readonly guests: readonly ClusterGuest[];
	readonly destinations: readonly string[];
	readonly plan: PlanFacts;
	/** May this file of a destination be written over? */
	readonly isOurs?: ((host: string, path: string, identity: string) => boolean) | undefined;
	/** How the guests shall move. */
	readonly wishes?: EvacuateParams['migrate'];
};

/** What was read, as the rules of `src/preflight` take it. */
export function preflightFacts(
	{source, guests, destinations, plan, isOurs, wishes}: PreflightSubject,
	at: PlanContext,
	facts: Facts,
): PreflightFacts {
	return {
		source: hostFacts(source, facts),
		guests: guests.map(guest => guestFacts(guest, facts)),
		destinations: destinations.map(host => hostFacts(host, facts)),
		pairs: guests.flatMap(guest => destinations.map(host => pairFacts(guest, host, facts, {isOurs, wishes}))),
		paths: destinations.flatMap(host => pathFacts(source, host, wishes?.disks_port, at, facts) ?? []),
		plan,
	};
}

function pairFacts(
	{id, host: source}: ClusterGuest,
	destination: string,
	facts: Facts,
	{isOurs = () => false, wishes = {}}: Pick<PreflightSubject, 'isOurs' | 'wishes'>,
): PairFacts {
	const {storage_map: map, media = 'keep', block_devices: devices = 'refuse'} = wishes;
	const definition = facts.get({kind: 'domain', host: source, uuid: id});
	const wanted = definition === undefined ? undefined : cpuOf(definition);
	const cpu = wanted && facts.get({kind: 'cpu', host: destination, ...wanted});
	const disks = (definition?.disks ?? []).flatMap((disk): readonly DiskThere[] => {
		const {target, path: from} = disk;
		if (from === undefined) return [];
		// It is taken out before the move, or copied beside the disks.
		if (isMedium(disk) && media !== 'keep') return [{target, found: 'same'}];
		const path = mapPath(from, map);
		const there = facts.get({kind: 'path', host: destination, path});
		if (there === undefined) return [];
		if (isShared(source, from, destination, map, facts)) return [{target, found: 'same'}];
		if (there.type === 'absent' || isOurs(destination, path, there.identity)) return [{target, found: 'nothing'}];
		if (there.type === 'block' && disk.type === 'block' && devices === 'overwrite') {
			const [room] = facts.get({kind: 'image', host: destination, path, format: disk.format}) ?? [];
			return [{target, found: 'nothing', ...(room === undefined ? {} : {deviceBytes: room.virtualBytes})}];
		}
		return [{target, found: 'foreign'}];
	});
	return {guest: id, destination, disks, ...(cpu === undefined ? {} : {cpu})};
}
