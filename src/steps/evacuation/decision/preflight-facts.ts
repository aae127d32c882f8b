import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest} from '../../../placement/cluster.ts';
import type {DiskThere, PairFacts, PathFacts, PlanFacts, PreflightFacts} from '../../../preflight/facts.ts';
import {cpuOf} from '../../../virsh/hypervisor-cpu-compare.ts';
import {copyText, ownCopy} from '../../kept/own-copy.ts';
import {isMedium} from '../../migration/disks/disk-scene.ts';
import {mapPath} from '../../migration/disks/storage-map.ts';
import type {MoveParams} from '../../migration/options/move-params.ts';
import type {PlanContext} from '../../step.ts';
import {guestFacts} from '../cluster/guest-facts.ts';
import {hostFacts} from '../cluster/host-facts.ts';
import {isShared} from '../cluster/shared-disks.ts';

/** What is to be checked. */
export type PreflightSubject = {
	readonly source: string;
	readonly guests: readonly ClusterGuest[];
	readonly destinations: readonly string[];
	readonly plan: PlanFacts;
	/** Files of a destination that may be written over, as whoever asks has said. */
	readonly isOurs?: ((host: string, path: string, identity: string) => boolean) | undefined;
	/** Where disks shall be, and what is done with media. */
	readonly wishes?: Pick<MoveParams, 'storage_map' | 'media'> | undefined;
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
		paths: destinations.map(host => pathFacts(source, host, at, facts)),
		plan,
	};
}

function pairFacts(
	{id, host: source}: ClusterGuest,
	destination: string,
	facts: Facts,
	{isOurs = () => false, wishes: {storage_map: map, media = 'keep'} = {}}: Pick<PreflightSubject, 'isOurs' | 'wishes'>,
): PairFacts {
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
		const own = ownCopy(destination, id, path, facts);
		if (own === undefined) return [{target, found: 'foreign'}];
		// It makes way for what comes.
		if (own.why === undefined) return [{target, found: 'nothing'}];
		return [{target, found: 'foreign', why: `its kept copy, ${copyText(own.copy)}, but ${own.why}`}];
	});
	return {guest: id, destination, disks, ...(cpu === undefined ? {} : {cpu})};
}

function pathFacts(source: string, destination: string, at: PlanContext, facts: Facts): PathFacts {
	const uri = at.peer(destination)?.uri ?? '';
	const login = facts.get({kind: 'login', host: source, uri});
	return {destination, ...(login === undefined ? {} : {login})};
}
