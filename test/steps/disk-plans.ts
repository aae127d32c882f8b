import {Facts} from '../../src/facts/facts.ts';
import type {DiskPlanContext, TransferOptions} from '../../src/steps/migration/disks/disk-scene.ts';
import {diskRequests, planDisks} from '../../src/steps/migration/disks/plan-disks.ts';
import type {MoveParams} from '../../src/steps/migration/options/move-params.ts';
import {tlsRequests} from '../../src/steps/migration/tls.ts';
import type {DomainDefinition, DomainDisk} from '../../src/virsh/definition/dumpxml.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {parseQemuConf} from '../../src/virsh/migration/qemu-conf.ts';

export const gib = 1024 ** 3;

export const uuid = '00000000-0000-4000-8000-000000000001';

const bare: DomainDefinition = await parseDefinition(`<domain><name>web1</name><uuid>${uuid}</uuid></domain>`);

export const certificates = ['ca-cert', 'server-cert', 'server-key', 'client-cert', 'client-key'];

export const confText = `folder /etc/pki/qemu\n${certificates.map(name => `file ${name}.pem\n`).join('')}`;

export const plain: DomainDisk = {
	target: 'vda',
	device: 'disk',
	type: 'file',
	path: '/images/web1.qcow2',
	format: 'qcow2',
	readonly: false,
	shareable: false,
};

/** As in `usual`. */
export const image = {
	path: '/images/web1.qcow2',
	format: 'qcow2',
	virtualBytes: 10 * gib,
	actualBytes: gib,
	options: {},
};

export type Scene = {
	readonly disks?: readonly DomainDisk[];
	readonly requested?: MoveParams;
	readonly mode?: 'live' | 'cold';
	readonly transfer?: TransferOptions;
	readonly definition?: {readonly tpm?: true; readonly secrets?: readonly string[]};
	/** Readings that are not as usual, by what ends their keys. */
	readonly facts?: Readonly<Record<string, unknown>>;
};

/** What is said of everything that nobody has said otherwise: images of 10 GiB that hold one, and a destination that has nothing. */
export const usual: Readonly<Record<string, (path: string) => unknown>> = {
	'kvm1 image': path => [{path, format: 'qcow2', virtualBytes: 10 * gib, actualBytes: gib, options: {}}],
	'kvm2 image': path => [{path, format: 'raw', virtualBytes: 10 * gib, actualBytes: gib, options: {}}],
	'kvm1 path': () => ({type: 'file', identity: '1:7:100', bytes: gib, mode: '600', owner: 'root:root'}),
	'kvm2 path': () => ({type: 'absent'}),
	'kvm2 folder': () => ({exists: true, fileSystem: 'f1', freeBytes: 100 * gib}),
	'kvm1 domain-artifacts': () => ({snapshots: [], checkpoints: [], saved: []}),
	'kvm2 secrets': () => [],
	'kvm2 ports': () => [22],
	'kvm1 qemu-conf': () => parseQemuConf(confText),
	'kvm2 qemu-conf': () => parseQemuConf(confText),
	'kvm1 digest': () => 'abc',
	'kvm2 digest': () => 'abc',
	'kvm2 kept-copies': () => ({copies: [], clockSeconds: 0}),
	'kvm2 disk-users': () => ({uses: [], unresolved: []}),
};

export function planned({
	disks = [plain],
	requested = {},
	mode = 'live',
	definition = {},
	transfer,
	facts: special = {},
}: Scene) {
	const scene: DiskPlanContext = {
		definition: {...bare, disks, ...definition},
		source: 'kvm1',
		destination: 'kvm2',
		mark: 'aaaa1111',
		requested,
		own: [],
		mode,
		...(transfer === undefined ? {} : {transfer}),
	};
	let facts = new Facts();
	for (;;) {
		const tls = tlsRequests(scene, transfer?.tls !== undefined);
		const missing = [...diskRequests(scene, facts), ...tls].filter(request => !facts.has(request));
		if (missing.length === 0) return planDisks(scene, facts);
		facts = facts.with(
			missing.map(request => {
				const path = 'path' in request ? request.path : '';
				const name = `${request.host} ${request.kind}`;
				return [request, special[`${name} ${path}`] ?? special[name] ?? usual[name]?.(path)] as const;
			}),
		);
	}
}

/** CD-ROMs and read-only disks, and a file at the destination that is not the very same. */
export const cdrom: DomainDisk = {
	...plain,
	target: 'sda',
	device: 'cdrom',
	path: '/iso/cd.iso',
	format: 'raw',
	readonly: true,
};

export const layered: DomainDisk = {...plain, target: 'vdb', path: '/ro/top.qcow2', readonly: true};

export const copyThere = {type: 'file', identity: '1:9:200', bytes: gib, mode: '644', owner: 'root:root'};

export const layers = ['/ro/top.qcow2', '/ro/base.qcow2'].map(path => ({
	...{path, format: 'qcow2', virtualBytes: gib, actualBytes: 1, options: {}, specialties: []},
}));
