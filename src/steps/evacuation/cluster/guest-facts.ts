import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest} from '../../../placement/cluster.ts';
import {describedBy} from '../../../preflight/described.ts';
import type {DiskFacts, GuestFacts} from '../../../preflight/guest-facts.ts';
import type {DomainDetails} from '../../../virsh/domain-details.ts';
import {isActiveJob} from '../../../virsh/domjobinfo.ts';
import type {DomainDefinition} from '../../../virsh/dumpxml.ts';

/** What the checks know of a guest. */
export function guestFacts({id: uuid, name, host}: ClusterGuest, facts: Facts): GuestFacts {
	const entry = facts.get({kind: 'domains', host})?.find(one => one.uuid === uuid);
	const definition = facts.get({kind: 'domain', host, uuid});
	const common: GuestFacts = {
		uuid,
		name,
		...(entry === undefined ? {} : {state: {state: entry.state, reason: entry.reason}, autostart: entry.autostart}),
	};
	if (definition === undefined) {
		const request = {kind: 'domain', host, uuid} as const;
		if (!facts.has(request)) return common;
		return {...common, definition: {why: facts.whyUnread(request)?.why ?? `${host} does not have it any more`}};
	}
	const targets = definition.disks.filter(({device}) => device === 'disk').map(({target}) => target);
	const standing = facts.get({kind: 'domain-details', host, uuid, targets});
	const dirty = facts.get({kind: 'dirty-rate', host, uuid}) ?? undefined;
	const job = facts.get({kind: 'job', host, uuid});
	return {
		...describedBy(definition),
		...common,
		definition: 'read',
		job: job !== undefined && isActiveJob(job) ? 'job' : null,
		...(standing === undefined ? {} : {...standing, unsaved: differing(definition, standing)}),
		...(dirty === undefined ? {} : {dirtyBytesPerSecond: dirty}),
		agent: /name='org\.qemu\.guest_agent\.0' state='connected'/.test(definition.xml),
		disks: (describedBy(definition).disks ?? []).map(disk => ({...disk, ...imageFacts(disk, uuid, host, facts)})),
	};
}

/** What runs and what is stored differ in these. */
function differing({memoryKib, vcpus, disks}: DomainDefinition, {stored}: DomainDetails): readonly string[] {
	if (stored === undefined) return [];
	const places = (all: DomainDefinition['disks']) => all.map(({target, path}) => `${target} ${path}`).join('\n');
	return [
		...(stored.memoryKib === memoryKib ? [] : ['memory']),
		...(stored.vcpus === vcpus ? [] : ['vcpu']),
		...(places(stored.disks) === places(disks) ? [] : ['disk']),
	];
}

function imageFacts({path, format}: DiskFacts, uuid: string, host: string, facts: Facts): Partial<DiskFacts> {
	if (path === undefined) return {};
	const others = (facts.get({kind: 'domains', host}) ?? []).filter(entry => entry.uuid !== uuid);
	const users = (used: string) =>
		others
			.filter(other => facts.get({kind: 'domain', host, uuid: other.uuid})?.disks.some(disk => disk.path === used))
			.map(({name}) => name);
	const request = {kind: 'image', host, path, format} as const;
	const chain = facts.get(request);
	if (chain === undefined)
		return facts.whyUnread(request)?.answered === true ? {realFormat: null, missingLayer: null} : {};
	const [image, ...below] = chain;
	return {
		realFormat: image?.looksLike ?? image?.format ?? null,
		missingLayer: null,
		imageUsers: users(path),
		layerUsers: below.flatMap(layer => users(layer.path)),
		...(image === undefined
			? {}
			: {
					virtualBytes: image.virtualBytes,
					spaceBytes: image.virtualBytes,
					specialties: image.specialties,
					contents: image.contents ?? [],
				}),
	};
}
