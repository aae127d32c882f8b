import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {cpuOf} from '../../../virsh/hypervisor-cpu-compare.ts';
import {isActive} from '../../../virsh/states.ts';
import {ownCopyRequests} from '../../kept/own-copy.ts';
import {changesAt, type DefinitionChanges, withRestores} from '../../migration/definition-changes.ts';
import {isHostDrive, mediaOf} from '../../migration/disks/disk-scene.ts';
import {mapPath, type StorageMap} from '../../migration/disks/storage-map.ts';
import {needRequests} from '../../migration/host-needs.ts';
import {fileRequests} from '../../migration/same-file.ts';
import type {MoveRestores, PlanContext} from '../../step.ts';
import type {EvacuateParams} from '../evacuate-params.ts';
import {destinationsOf} from './evacuation-scene.ts';
import {pathProbeRequest, pathSpeedRequest} from './path-requests.ts';

/** The facts required of sources and destinations, given those known so far. */
export function clusterRequests(
	sources: readonly string[],
	destinations: readonly string[],
	peer: PlanContext['peer'],
	facts: Facts,
	migrate: EvacuateParams['migrate'] = {},
	restoresOf: (guest: string) => MoveRestores | undefined = () => undefined,
): readonly FactRequest[] {
	const {storage_map: map = {}, mode, tls, disks_port: disksPort} = migrate;
	const hosts = [...new Set([...sources, ...destinations])];
	const guests = new Set(sources.flatMap(host => (facts.get({kind: 'domains', host}) ?? []).map(({uuid}) => uuid)));
	return [
		...destinations.flatMap(host => ownCopyRequests(host, guests, facts)),
		...hosts.flatMap(host => [
			{kind: 'domains', host} as const,
			{kind: 'host', host} as const,
			{kind: 'capabilities', host} as const,
			{kind: 'lock', host} as const,
			...(tls === true ? [{kind: 'certificates', host} as const] : []),
			...(facts.get({kind: 'domains', host}) ?? []).map(({uuid}) => ({kind: 'domain', host, uuid}) as const),
		]),
		...sources.flatMap(source => {
			const others = destinations.filter(host => host !== source);
			const peers = others.flatMap(host => peer(host) ?? []);
			// With the relay, hosts do not log in to each other. A login to a host that is down would only time out.
			const awake = peers.filter(({host}) => facts.get({kind: 'host', host}) !== undefined);
			const uris = mode === 'relay' ? [] : awake.map(({uri}) => uri);
			return [
				...others.map(host => ({kind: 'qemu-conf', host}) as const),
				...peers.flatMap(one => pathProbeRequest(source, one, disksPort, facts)),
				...uris.map(uri => ({kind: 'login', host: source, uri}) as const),
				...(facts.get({kind: 'domains', host: source}) ?? []).flatMap(({uuid, state}) =>
					guestRequests(source, uuid, isActive(state), others, facts, map, host =>
						changesAt(peer(host), withRestores(migrate, restoresOf(uuid))),
					),
				),
			];
		}),
	];
}

/** All facts required for an evacuation of the host, given those known so far. */
export function evacuationRequests(params: EvacuateParams, at: PlanContext, facts: Facts): readonly FactRequest[] {
	const {to, migrate} = params;
	const destinations = destinationsOf(to, at);
	return [
		...clusterRequests([at.host], destinations, at.peer, facts, migrate),
		...requestsOnDemand([at.host], destinations, at.peer, params, facts),
	];
}

type OnDemand = Pick<EvacuateParams, 'measure_dirty_rate' | 'measure_path' | 'ask_qemu'>;

/** Facts that are only read if the playbook requests them. */
export function requestsOnDemand(
	sources: readonly string[],
	destinations: readonly string[],
	peer: PlanContext['peer'],
	{measure_dirty_rate: dirtyRate = false, measure_path: path = false, ask_qemu: qemu = false}: OnDemand,
	facts: Facts,
): readonly FactRequest[] {
	return [
		...(dirtyRate ? dirtyRateRequests(sources, facts) : []),
		...(path ? sources.flatMap(source => destinations.flatMap(to => pathSpeedRequest(source, to, peer))) : []),
		...(qemu ? sources.flatMap(host => blockersRequests(host, facts)) : []),
	];
}

function blockersRequests(host: string, facts: Facts): readonly FactRequest[] {
	return (facts.get({kind: 'domains', host}) ?? [])
		.filter(({state}) => isActive(state))
		.map(({uuid}) => ({kind: 'blockers', host, uuid}) as const);
}

/** Only for running guests without a job, since the measurement disturbs a migration. */
export function dirtyRateRequests(hosts: readonly string[], facts: Facts): readonly FactRequest[] {
	return hosts.flatMap(host =>
		(facts.get({kind: 'domains', host}) ?? [])
			.filter(({uuid, state}) => state === 'running' && facts.get({kind: 'job', host, uuid})?.type === 'none')
			.map(({uuid}) => ({kind: 'dirty-rate', host, uuid}) as const),
	);
}

/** Facts of the source that are required for all its guests. An unreadable definition affects only its guest. */
const essential: ReadonlySet<FactRequest['kind']> = new Set(['domains', 'host', 'capabilities']);

/**
 * Whether planning can continue without it. Unknown facts are reported; a host that does not respond is not a
 * destination.
 */
export function isOptional({kind, host}: FactRequest, itself: string): boolean {
	return host !== itself || !essential.has(kind);
}

function guestRequests(
	host: string,
	uuid: string,
	active: boolean,
	destinations: readonly string[],
	facts: Facts,
	map: StorageMap,
	changesOf: (destination: string) => DefinitionChanges,
): readonly FactRequest[] {
	const definition = facts.get({kind: 'domain', host, uuid});
	if (definition === undefined) return [];
	const targets = definition.disks.filter(({device}) => device === 'disk').map(({target}) => target);
	const cpu = active ? cpuOf(definition) : undefined;
	return [
		{kind: 'domain-details', host, uuid, targets},
		...(active ? [{kind: 'job', host, uuid} as const] : []),
		...definition.disks.flatMap(({path, format}) =>
			path === undefined ? [] : [{kind: 'image', host, path, format} as const, {kind: 'path', host, path} as const],
		),
		...destinations.flatMap(destination => [
			...needRequests({definition, destination, mode: active ? 'live' : 'cold', changes: changesOf(destination)}),
			...definition.traits.firmware.map(path => ({kind: 'path', host: destination, path}) as const),
			...mediaOf(definition)
				.filter(disk => !isHostDrive(disk))
				.flatMap(({path: from}) => fileRequests({source: host, from, destination, place: mapPath(from, map)}, facts)),
			...definition.disks.flatMap(({path, type, format}) =>
				path === undefined
					? []
					: [
							{kind: 'path', host: destination, path: mapPath(path, map)} as const,
							...(type === 'block'
								? [{kind: 'image', host: destination, path: mapPath(path, map), format} as const]
								: []),
						],
			),
			...(cpu === undefined ? [] : [{kind: 'cpu', host: destination, ...cpu} as const]),
		]),
	];
}
