import type {FactRequest, Facts} from '../../facts/facts.ts';
import {cpuOf} from '../../virsh/hypervisor-cpu-compare.ts';
import {isActive} from '../../virsh/states.ts';
import {writtenDisks} from '../migration/scene.ts';
import type {At} from '../step.ts';

/** What is asked of the hosts that guests leave, and of those that they may go to, as far as the facts lead. */
export function clusterRequests(
	sources: readonly string[],
	destinations: readonly string[],
	peer: At['peer'],
	facts: Facts,
): readonly FactRequest[] {
	const hosts = [...new Set([...sources, ...destinations])];
	return [
		...hosts.flatMap(host => [
			{kind: 'census', host} as const,
			{kind: 'host', host} as const,
			{kind: 'survey', host} as const,
			...(facts.get({kind: 'census', host}) ?? []).map(({uuid}) => ({kind: 'domain', host, uuid}) as const),
		]),
		...sources.flatMap(source => {
			const others = destinations.filter(host => host !== source);
			const uris = others.flatMap(host => peer(host)?.uri ?? []);
			return [
				...uris.map(uri => ({kind: 'login', host: source, uri}) as const),
				...(facts.get({kind: 'census', host: source}) ?? []).flatMap(({uuid, state}) =>
					guestRequests(source, uuid, isActive(state), others, facts),
				),
			];
		}),
	];
}

function guestRequests(
	host: string,
	uuid: string,
	active: boolean,
	destinations: readonly string[],
	facts: Facts,
): readonly FactRequest[] {
	const definition = facts.get({kind: 'domain', host, uuid});
	if (definition === undefined) return [];
	const disks = writtenDisks(definition);
	const targets = definition.disks.filter(({device}) => device === 'disk').map(({target}) => target);
	const cpu = active ? cpuOf(definition) : undefined;
	return [
		{kind: 'standing', host, uuid, targets},
		...(active ? [{kind: 'job', host, uuid} as const] : []),
		...disks.map(({path, format}) => ({kind: 'image', host, path, format}) as const),
		...destinations.flatMap(destination => [
			...disks.map(({path}) => ({kind: 'path', host: destination, path}) as const),
			...(cpu === undefined ? [] : [{kind: 'cpu', host: destination, ...cpu} as const]),
		]),
	];
}
