import type {Element} from '@xmldom/xmldom';
import {readDisk} from './disk-xml.ts';
import {attribute, child, children, inKibibytes, parse, secretsOf, textOf} from './domain-xml.ts';
import type {DomainDefinition} from './dumpxml.ts';

/** @throws Error if the text is not a complete domain definition. */
export function readDefinition(xml: string): Omit<DomainDefinition, 'traits' | 'metadata'> {
	const root = parse(xml).documentElement;
	if (root?.nodeName !== 'domain') throw new Error('not a domain definition');
	demandCarried(xml);
	const devices = child(root, 'devices');
	const disks = children(devices, 'disk');
	const secrets = disks.flatMap(secretsOf);
	return {
		uuid: textOf(root, 'uuid'),
		name: child(root, 'name')?.textContent ?? '',
		memoryKib: kibibytes(child(root, 'memory')),
		vcpus: Number(textOf(root, 'vcpu')),
		machine: attribute(child(child(root, 'os'), 'type'), 'machine') ?? '',
		disks: disks.map(disk => readDisk(disk, attribute(root, 'id') === undefined)),
		...nvramOf(root),
		...(attribute(child(child(devices, 'tpm'), 'backend'), 'type') === 'emulator' ? {tpm: true} : {}),
		...(secrets.length === 0 ? {} : {secrets}),
		xml,
	};
}

/**
 * libvirt prints tabs and carriage returns unescaped. Every XML parser, including that of another libvirt, reads them
 * as spaces in attributes, and as line feeds in names.
 *
 * @throws Error if a name or path would be changed by this.
 */
function demandCarried(xml: string): void {
	const [lossy] = /<[^<>]*[\t\r][^<>]*>|<name>[^<>]*\r[^<>]*</.exec(xml) ?? [];
	if (lossy === undefined) return;
	throw new Error(`libvirt cannot pass on a tab or carriage return in a name or path: ${JSON.stringify(lossy)}`);
}

/**
 * The firmware variables (NVRAM): libvirt before 8.5 writes the file as text, later versions as a source. If the
 * definition contains none, a guest with UEFI has them in libvirt's default path.
 */
function nvramOf(root: Element): Pick<DomainDefinition, 'nvram' | 'nvramType'> {
	const os = child(root, 'os');
	const nvram = child(os, 'nvram');
	const source = child(nvram, 'source');
	const path = attribute(source, 'file') ?? attribute(source, 'dev') ?? nvram?.textContent?.trim() ?? '';
	const type = attribute(nvram, 'type') ?? 'file';
	if (type !== 'file') return {nvramType: type, ...(path === '' ? {} : {nvram: path})};
	if (path !== '') return {nvram: path};
	const loader = child(os, 'loader');
	const isUefi = attribute(os, 'firmware') === 'efi' || attribute(loader, 'type') === 'pflash';
	if (!isUefi || attribute(loader, 'stateless') === 'yes' || attribute(loader, 'readonly') === 'no') return {};
	const suffix = attribute(nvram, 'format') === 'qcow2' || attribute(loader, 'format') === 'qcow2' ? 'qcow2' : 'fd';
	return {nvram: `/var/lib/libvirt/qemu/nvram/${child(root, 'name')?.textContent}_VARS.${suffix}`};
}

function kibibytes(element: Element | undefined): number {
	return inKibibytes(element?.textContent ?? '0', attribute(element, 'unit'));
}
