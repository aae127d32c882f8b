import type {Facts} from '../../facts/facts.ts';
import type {Guest} from '../../placement/cluster.ts';
import type {DiskThere, PairFacts, PathFacts, PlanFacts, PreflightFacts} from '../../preflight/facts.ts';
import {cpuOf} from '../../virsh/hypervisor-cpu-compare.ts';
import type {At} from '../step.ts';
import {guestFacts} from './guest-facts.ts';
import {hostFacts} from './host-facts.ts';

/** What is to be checked. */
export type Checked = {
	readonly source: string;
	readonly guests: readonly Guest[];
	readonly destinations: readonly string[];
	readonly plan: PlanFacts;
	/** May this file of a destination be written over? */
	readonly isOurs?: (host: string, path: string, identity: string) => boolean;
};

/** What was read, as the rules of `src/preflight` take it. */
export function preflightFacts(
	{source, guests, destinations, plan, isOurs}: Checked,
	at: At,
	facts: Facts,
): PreflightFacts {
	return {
		source: hostFacts(source, facts),
		guests: guests.map(guest => guestFacts(guest, facts)),
		destinations: destinations.map(host => hostFacts(host, facts)),
		pairs: guests.flatMap(guest => destinations.map(host => pairFacts(guest, host, facts, isOurs))),
		paths: destinations.map(host => pathFacts(source, host, at, facts)),
		plan,
	};
}

function pairFacts(
	{id, host: source}: Guest,
	destination: string,
	facts: Facts,
	isOurs: Checked['isOurs'] = () => false,
): PairFacts {
	const definition = facts.get({kind: 'domain', host: source, uuid: id});
	const wanted = definition === undefined ? undefined : cpuOf(definition);
	const cpu = wanted && facts.get({kind: 'cpu', host: destination, ...wanted});
	const disks = (definition?.disks ?? []).flatMap(({target, path}): readonly DiskThere[] => {
		const there = path === undefined ? undefined : facts.get({kind: 'path', host: destination, path});
		if (there === undefined || path === undefined) return [];
		if (there.type === 'absent' || isOurs(destination, path, there.identity)) return [{target, found: 'nothing'}];
		return [{target, found: 'foreign'}];
	});
	return {guest: id, destination, disks, ...(cpu === undefined ? {} : {cpu})};
}

function pathFacts(source: string, destination: string, at: At, facts: Facts): PathFacts {
	const uri = at.peer(destination)?.uri ?? '';
	const login = facts.get({kind: 'login', host: source, uri});
	return {destination, ...(login === undefined ? {} : {login})};
}
