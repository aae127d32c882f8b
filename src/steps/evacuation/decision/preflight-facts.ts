import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest} from '../../../placement/cluster.ts';
import type {DiskThere, PairFacts, PlanFacts, PreflightFacts} from '../../../preflight/facts.ts';
import type {HostFacts} from '../../../preflight/host-facts.ts';
import type {DomainDisk} from '../../../virsh/definition/dumpxml.ts';
import {cpuOf} from '../../../virsh/hypervisor-cpu-compare.ts';
import {copyText, ownCopy} from '../../kept/own-copy.ts';
import {changesAt, type DefinitionChanges, needsWith, withRestores} from '../../migration/definition-changes.ts';
import {isHostDrive, isMedium} from '../../migration/disks/disk-scene.ts';
import {mapPath} from '../../migration/disks/storage-map.ts';
import {hostProblems} from '../../migration/host-needs.ts';
import type {MoveParams} from '../../migration/options/move-params.ts';
import {type FilePair, type FileThere, fileThere} from '../../migration/same-file.ts';
import type {MoveRestores, PlanContext} from '../../step.ts';
import {guestFacts} from '../cluster/guest-facts.ts';
import {hostFacts} from '../cluster/host-facts.ts';
import {isShared} from '../cluster/shared-disks.ts';
import type {EvacuateParams} from '../evacuate-params.ts';
import {pathFacts} from './path-facts.ts';

/** The subject of the checks. */
export type PreflightSubject = {
	readonly source: string;
	readonly guests: readonly ClusterGuest[];
	readonly destinations: readonly string[];
	readonly plan: PlanFacts;
	/** Files at a destination that may be overwritten. */
	readonly isOurs?: ((host: string, path: string, identity: string) => boolean) | undefined;
	/** Parameters of the moves. */
	readonly requested?: EvacuateParams['migrate'];
	/** Those of one guest, which give way to the others. */
	readonly restoresOf?: ((guest: string) => MoveRestores | undefined) | undefined;
};

/** Converts facts into the input of `src/preflight`. */
export function preflightFacts(
	{source, guests, destinations, plan, isOurs, requested, restoresOf}: PreflightSubject,
	at: PlanContext,
	facts: Facts,
): PreflightFacts {
	const changesOf = (guest: string, host: string) =>
		changesAt(at.peer(host), withRestores(requested, restoresOf?.(guest)));
	return {
		source: hostFacts(source, facts),
		guests: guests.map(guest => guestFacts(guest, facts)),
		destinations: destinations.map(host =>
			withAsked(hostFacts(host, facts), guests, facts, guest => changesOf(guest, host)),
		),
		pairs: guests.flatMap(guest =>
			destinations.map(host => pairFacts(guest, host, facts, {isOurs, requested, changes: changesOf(guest.id, host)})),
		),
		paths: destinations.flatMap(host => pathFacts(source, host, requested?.disks_port, at, facts) ?? []),
		plan,
	};
}

/** Firmware and Open vSwitch bridges are queried by path, since the lists of a host may be incomplete. */
function withAsked(
	host: HostFacts,
	guests: readonly ClusterGuest[],
	facts: Facts,
	changesOf: (guest: string) => DefinitionChanges,
): HostFacts {
	const isThere = (path: string) => {
		const found = facts.get({kind: 'path', host: host.name, path});
		return found !== undefined && found.type !== 'absent';
	};
	const definitions = guests.flatMap(({id: uuid, host: home}) => {
		const definition = facts.get({kind: 'domain', host: home, uuid});
		return definition === undefined ? [] : [{definition, changes: changesOf(uuid)}];
	});
	const {firmware = [], bridges = []} = host;
	const files = definitions.flatMap(({definition}) => definition.traits.firmware).filter(isThere);
	const links = facts.get({kind: 'capabilities', host: host.name})?.links ?? [];
	const switches = definitions
		.flatMap(({definition, changes}) => needsWith(definition, changes).links)
		.filter(({name, kind}) => kind === 'Open vSwitch bridge' && isThere(`/sys/class/net/${name}`))
		.map(({name}) => ({name, mtu: links.find(link => link.name === name)?.mtu ?? 1500, vlans: null}));
	return {
		...host,
		...(host.firmware === undefined ? {} : {firmware: [...new Set([...firmware, ...files])]}),
		...(host.bridges === undefined ? {} : {bridges: [...bridges, ...switches]}),
	};
}

function pairFacts(
	{id, host: source, state}: ClusterGuest,
	destination: string,
	facts: Facts,
	{
		isOurs = () => false,
		requested = {},
		changes,
	}: Pick<PreflightSubject, 'isOurs' | 'requested'> & {readonly changes: DefinitionChanges},
): PairFacts {
	const {storage_map: map, media = 'keep', block_devices: devices = 'refuse'} = requested;
	const definition = facts.get({kind: 'domain', host: source, uuid: id});
	const wanted = definition === undefined ? undefined : cpuOf(definition);
	const cpu = wanted && facts.get({kind: 'cpu', host: destination, ...wanted});
	const disks = (definition?.disks ?? []).flatMap((disk): readonly DiskThere[] => {
		const {target, path: from} = disk;
		if (from === undefined) return [];
		const path = mapPath(from, map);
		if (isMedium(disk)) return mediumThere(disk, {source, from, destination, place: path}, media, facts);
		const there = facts.get({kind: 'path', host: destination, path});
		if (there === undefined) return [];
		if (isShared(source, from, destination, map, facts)) return [{target, found: 'same'}];
		if (there.type === 'absent' || isOurs(destination, path, there.identity)) return [{target, found: 'nothing'}];
		if (there.type === 'block' && disk.type === 'block' && devices === 'overwrite') {
			const [room] = facts.get({kind: 'image', host: destination, path, format: disk.format}) ?? [];
			return [{target, found: 'nothing', ...(room === undefined ? {} : {deviceBytes: room.virtualBytes})}];
		}
		const own = ownCopy(destination, id, path, facts);
		if (own === undefined) return [{target, found: 'foreign'}];
		// A proven kept copy is replaced by the new image.
		if (own.why === undefined) return [{target, found: 'nothing'}];
		return [{target, found: 'foreign', why: `a kept copy of this guest (${copyText(own.copy)}), but ${own.why}`}];
	});
	const mode = state === 'off' ? 'cold' : 'live';
	const lacks = definition && hostProblems({definition, destination, mode, changes}, facts);
	return {
		guest: id,
		destination,
		disks,
		...(cpu === undefined ? {} : {cpu}),
		...(lacks === undefined ? {} : {lacks}),
		...(changes.networkMap === undefined ? {} : {networkMap: changes.networkMap}),
	};
}

function mediumThere(disk: DomainDisk, pair: FilePair, media: MoveParams['media'], facts: Facts): readonly DiskThere[] {
	const {target, device} = disk;
	// It is ejected before the move.
	if (media === 'eject' && device !== 'disk') return [{target, found: 'same'}];
	const found = isHostDrive(disk) ? driveThere(pair, facts) : fileThere(pair, facts);
	if (found === undefined) return [];
	if (found === 'absent') return [{target, found: media === 'copy' ? 'same' : 'nothing'}];
	return [{target, found}];
}

function driveThere({destination, place}: FilePair, facts: Facts): FileThere | undefined {
	const there = facts.get({kind: 'path', host: destination, path: place});
	return there && (there.type === 'absent' ? 'absent' : 'same');
}
