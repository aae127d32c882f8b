import type {Element} from '@xmldom/xmldom';
import {attribute, child, children, textAttribute, textOf} from './domain-xml.ts';

/** A host device that the guest uses directly. */
export type HostDevice = {
	readonly kind:
		| 'pci'
		| 'mdev'
		| 'usb'
		| 'scsi'
		| 'vdpa'
		| 'nvme'
		| 'shmem'
		| 'virtiofs'
		| '9p'
		| 'slirp'
		| 'nvdimm'
		| 'host serial'
		| 'host tpm';
	readonly name: string;
	/** Part of a failover pair: libvirt detaches it before a migration. */
	readonly isTeamed: boolean;
};

/** All host devices, by kind. */
export function hostDevices(devices: Element | undefined): readonly HostDevice[] {
	const all = (name: string, find: (element: Element) => Omit<HostDevice, 'isTeamed'> | undefined) =>
		children(devices, name).flatMap(element => {
			const isTeamed = attribute(child(element, 'teaming'), 'type') === 'transient';
			const found = find(element);
			return found === undefined ? [] : [{...found, isTeamed}];
		});
	return [
		...all('hostdev', passedThrough),
		...all('interface', card => {
			const name = textAttribute(child(card, 'mac'), 'address');
			const kind = cardKinds[textAttribute(card, 'type')];
			return kind && {kind, name};
		}),
		...all('disk', disk => {
			const kind = diskKinds[textAttribute(disk, 'type')];
			return kind && {kind, name: textAttribute(child(disk, 'target'), 'dev')};
		}),
		...all('filesystem', folder => ({
			kind: attribute(child(folder, 'driver'), 'type') === 'virtiofs' ? 'virtiofs' : '9p',
			name: textAttribute(child(folder, 'target'), 'dir'),
		})),
		// With the role master, the content of the shared memory is migrated.
		...all('shmem', shmem =>
			attribute(shmem, 'role') === 'master' ? undefined : {kind: 'shmem', name: textAttribute(shmem, 'name')},
		),
		...all('memory', memory =>
			attribute(memory, 'model') === 'nvdimm'
				? {kind: 'nvdimm', name: textOf(child(memory, 'source'), 'path')}
				: undefined,
		),
		...['serial', 'parallel'].flatMap(name =>
			all(name, port =>
				attribute(port, 'type') === 'dev'
					? {kind: 'host serial', name: textAttribute(child(port, 'source'), 'path')}
					: undefined,
			),
		),
		...all('tpm', tpm => {
			const backend = child(tpm, 'backend');
			return attribute(backend, 'type') === 'passthrough'
				? {kind: 'host tpm', name: textAttribute(child(backend, 'device'), 'path')}
				: undefined;
		}),
	];
}

const cardKinds: Readonly<Record<string, HostDevice['kind']>> = {hostdev: 'pci', vdpa: 'vdpa', user: 'slirp'};
const diskKinds: Readonly<Record<string, HostDevice['kind']>> = {nvme: 'nvme', vhostvdpa: 'vdpa'};
const passedKinds: Readonly<Record<string, HostDevice['kind']>> = {
	usb: 'usb',
	mdev: 'mdev',
	scsi: 'scsi',
	scsi_host: 'scsi',
};

function passedThrough(hostdev: Element): Omit<HostDevice, 'isTeamed'> {
	const source = child(hostdev, 'source');
	const address = child(source, 'address') ?? child(source, 'adapter') ?? child(source, 'vendor');
	const parts = ['uuid', 'domain', 'bus', 'slot', 'function', 'device', 'name', 'id'].flatMap(
		name => attribute(address, name) ?? [],
	);
	return {kind: passedKinds[textAttribute(hostdev, 'type')] ?? 'pci', name: parts.join(':').replaceAll('0x', '')};
}
