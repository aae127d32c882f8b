import type {Facts} from '../../facts/facts.ts';
import type {GuestMetadata} from '../../virsh/definition/guest-metadata.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import {isActive} from '../../virsh/states.ts';
import type {DiskFound, GuestFound, GuestsThere, HostUse} from './model.ts';
import type {Rehearsed} from './rehearsed.ts';

/** The guests of the observed hosts, sorted by host and name. */
export function observedGuests(hosts: readonly string[], facts: Facts): readonly GuestFound[] {
	return hosts.flatMap(host =>
		byName(facts.get({kind: 'domains', host}) ?? []).map((entry): GuestFound => {
			const definition = facts.get({kind: 'domain', host, uuid: entry.uuid});
			return {
				guest: entry.name,
				uuid: entry.uuid,
				host,
				state: entry.state,
				...serviceOf(definition?.metadata),
				memory_kib: definition?.memoryKib ?? entry.memoryKib,
				...(definition === undefined
					? {}
					: {
							vcpus: definition.vcpus,
							machine: definition.machine,
							disks: definition.disks.map(({target, path, format}): DiskFound => {
								const [image] = path === undefined ? [] : (facts.get({kind: 'image', host, path, format}) ?? []);
								return {
									target,
									...(path === undefined ? {} : {path}),
									format,
									...(image === undefined ? {} : {size_bytes: image.virtualBytes, data_bytes: image.actualBytes}),
								};
							}),
						}),
			};
		}),
	);
}

/** What the guest is, as far as its definition says it. */
function serviceOf(metadata: GuestMetadata | undefined): Pick<GuestFound, 'title' | 'owner' | 'labels'> {
	if (metadata === undefined) return {};
	const {title, owner, labels} = metadata;
	return {
		...(title === undefined ? {} : {title}),
		...(owner === undefined ? {} : {owner}),
		...(labels.length === 0 ? {} : {labels}),
	};
}

/** The observed hosts, before and after all moves. */
export function observedHostUse(
	hosts: readonly string[],
	facts: Facts,
	notes: readonly Rehearsed[],
): readonly HostUse[] {
	const before = new Map(
		hosts.map(host => [
			host,
			new Map(
				(facts.get({kind: 'domains', host}) ?? [])
					.filter(({state}) => isActive(state))
					.map(entry => [entry.uuid, entry] as const),
			),
		]),
	);
	const after = new Map([...before].map(([host, guests]) => [host, new Map(guests)]));
	for (const note of notes) {
		if (note.kind !== 'act' || note.move === undefined) continue;
		const {uuid, from, to} = note.move;
		const entry = after.get(from)?.get(uuid);
		after.get(from)?.delete(uuid);
		if (entry !== undefined) after.get(to)?.set(uuid, entry);
	}
	return hosts.map(host => {
		const memoryKib = facts.get({kind: 'host', host})?.memoryKib;
		return {
			host,
			...(memoryKib === undefined ? {} : {memory_kib: memoryKib}),
			before: there(before.get(host)),
			after: there(after.get(host)),
		};
	});
}

function there(guests: ReadonlyMap<string, DomainStatus> = new Map()): GuestsThere {
	const entries = byName([...guests.values()]);
	return {
		memory_kib: entries.reduce((sum, {memoryKib}) => sum + memoryKib, 0),
		guests: entries.map(({name}) => name),
	};
}

function byName(entries: readonly DomainStatus[]): readonly DomainStatus[] {
	return entries.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
