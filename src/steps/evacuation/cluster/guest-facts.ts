import type {Mount} from '../../../capabilities/system.ts';
import type {Facts, Unread, Value} from '../../../facts/facts.ts';
import type {ClusterGuest} from '../../../placement/cluster.ts';
import {describedBy} from '../../../preflight/described.ts';
import type {DiskFacts, GuestFacts} from '../../../preflight/guest-facts.ts';
import type {DomainDefinition} from '../../../virsh/definition/dumpxml.ts';
import type {DomainDetails} from '../../../virsh/domain-details.ts';
import type {DomainStatus} from '../../../virsh/domains.ts';
import {isActiveJob} from '../../../virsh/migration/domjobinfo.ts';
import {isActive} from '../../../virsh/states.ts';

/** The facts of a guest for the checks. */
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
		return {...common, definition: {why: facts.whyUnread(request)?.why ?? `the guest no longer exists on ${host}`}};
	}
	const targets = definition.disks.filter(({device}) => device === 'disk').map(({target}) => target);
	const standing = facts.get({kind: 'domain-details', host, uuid, targets});
	const dirty = facts.get({kind: 'dirty-rate', host, uuid}) ?? undefined;
	const blockers = facts.get({kind: 'blockers', host, uuid});
	return {
		...describedBy(definition),
		...common,
		definition: 'read',
		...jobOf(entry, facts.get({kind: 'job', host, uuid})),
		...(blockers === undefined ? {} : {blockers}),
		isTpmShared: isOnNetwork(`/var/lib/libvirt/swtpm/${uuid}`, facts.get({kind: 'capabilities', host})?.mounts),
		...(standing === undefined ? {} : {...standing, unsaved: differing(definition, standing)}),
		...(dirty === undefined ? {} : {dirtyBytesPerSecond: dirty}),
		agent: agentOf(definition.xml),
		disks: (describedBy(definition).disks ?? []).map(disk => ({...disk, ...imageFacts(disk, uuid, host, facts)})),
	};
}

/** The elements that differ between the active and the persistent definition. */
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
	if (chain === undefined) return unreadImage(path, facts.whyUnread(request));
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

/** A guest that is shut off has no jobs; for a running guest they are known only if libvirt reported them. */
function jobOf(entry: DomainStatus | undefined, job: Value<'job'>): Pick<GuestFacts, 'job'> {
	if (entry !== undefined && !isActive(entry.state)) return {job: null};
	if (job === undefined) return {};
	return {job: isActiveJob(job) ? 'job' : null};
}

/** Null for a guest without a channel for the agent. */
function agentOf(xml: string): boolean | null {
	const channel = /<target[^>]*name=['"]org\.qemu\.guest_agent\.0['"][^>]*>/.exec(xml)?.[0];
	return channel === undefined ? null : /state=['"]connected['"]/.test(channel);
}

const networkFileSystems = /^(nfs4?|ceph|glusterfs|fuse\.glusterfs|gfs2|ocfs2|cifs|smb3|lustre|gpfs|beegfs)$/;

/** Determined by the mount of the path; every file system type that cannot be shared is local. */
function isOnNetwork(path: string, mounts: readonly Mount[] = []): boolean {
	const [mount] = mounts
		.filter(one => path.startsWith(one.path.endsWith('/') ? one.path : `${one.path}/`))
		.toSorted((a, b) => b.path.length - a.path.length);
	return mount !== undefined && networkFileSystems.test(mount.type);
}

/** qemu-img reports the file that it could not open: the image itself, or a backing file. */
function unreadImage(path: string, unread: Unread | undefined): Partial<DiskFacts> {
	// Without qemu-img, the image is unknown.
	if (unread?.answered !== true || /qemu-img: (command )?not found/.test(unread.why)) return {};
	const missing = /Could not open '([^']+)': No such file or directory/.exec(unread.why)?.[1];
	if (missing === undefined || missing === path) return {realFormat: null, missingLayer: null};
	return {realFormat: null, missingLayer: missing, imageUsers: [], layerUsers: []};
}
