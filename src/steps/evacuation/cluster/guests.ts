import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest, GuestDisk, Policy} from '../../../placement/cluster.ts';
import type {DomainDefinition} from '../../../virsh/definition/dumpxml.ts';
import type {DomainStatus} from '../../../virsh/domains.ts';
import {isActive} from '../../../virsh/states.ts';
import {writtenDisks} from '../../migration/disks/disk-scene.ts';
import {whyNotStopped} from '../../migration/stopped-guest.ts';

const policies: readonly string[] = ['live', 'live_or_cold', 'stop_and_start', 'leave', 'block'];

/**
 * The guests of all hosts for placement. A guest that is defined on several hosts is where it runs, otherwise on the
 * first of them.
 */
export function guestsOn(hosts: readonly string[], facts: Facts): readonly ClusterGuest[] {
	const found = new Map<string, {readonly entry: DomainStatus; readonly host: string}>();
	for (const host of hosts) {
		for (const entry of facts.get({kind: 'domains', host}) ?? []) {
			const other = found.get(entry.uuid);
			if (other === undefined || (!isActive(other.entry.state) && isActive(entry.state))) {
				found.set(entry.uuid, {entry, host});
			}
		}
	}
	return [...found.values()].map(({entry, host}) => guestOf(entry, host, facts));
}

function guestOf(entry: DomainStatus, host: string, facts: Facts): ClusterGuest {
	const definition = facts.get({kind: 'domain', host, uuid: entry.uuid});
	const {labels = [], policy = 'live', priority = 0} = definition?.metadata ?? {};
	const dirty = facts.get({kind: 'dirty-rate', host, uuid: entry.uuid}) ?? undefined;
	return {
		id: entry.uuid,
		name: entry.name,
		host,
		state: stateOf(entry),
		memoryKib: definition?.memoryKib ?? entry.memoryKib,
		vcpus: Math.max(entry.vcpus, definition?.vcpus ?? 1),
		disks: definition === undefined ? [] : disksOf(definition, host, facts),
		...(dirty === undefined ? {} : {dirtyBytesPerSecond: dirty}),
		priority,
		labels,
		// An unknown policy means that the guest must not be moved like others.
		policy: policies.includes(policy) ? (policy as Policy) : 'leave',
		pins: [],
		avoids: [],
		prefers: [],
		obstacles: [],
	};
}

/** A running guest that must not be shut down cannot move cold. */
export function withStopObstacles(guest: ClusterGuest, facts: Facts): ClusterGuest {
	const {id: uuid, host, state, policy, obstacles} = guest;
	if (state === 'off' || (policy !== 'live_or_cold' && policy !== 'stop_and_start')) return guest;
	const entry = facts.get({kind: 'domains', host})?.find(one => one.uuid === uuid);
	const definition = facts.get({kind: 'domain', host, uuid});
	const why =
		entry === undefined || definition === undefined
			? 'its definition could not be read'
			: whyNotStopped(entry, definition, host, facts);
	if (why === undefined) return guest;
	return {...guest, obstacles: [...obstacles, {modes: ['cold'], reason: `not shut down for a move: ${why}`}]};
}

function stateOf({state}: DomainStatus): ClusterGuest['state'] {
	if (!isActive(state)) return 'off';
	return state === 'paused' ? 'paused' : 'running';
}

function disksOf(definition: DomainDefinition, host: string, facts: Facts): readonly GuestDisk[] {
	return writtenDisks(definition).map(({target, path, format}): GuestDisk => {
		const [image] = facts.get({kind: 'image', host, path, format}) ?? [];
		const {actualBytes: dataBytes = 0, virtualBytes: spaceBytes = 0} = image ?? {};
		return {target, path, dataBytes, spaceBytes};
	});
}
