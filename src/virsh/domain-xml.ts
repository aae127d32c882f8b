import {DOMParser, type Document, type Element, onErrorStopParsing} from '@xmldom/xmldom';
import type {DomainDefinition, DomainDisk} from './dumpxml.ts';

/** @throws Error when the text is not a whole domain definition. */
export function readDefinition(xml: string): Omit<DomainDefinition, 'traits' | 'metadata'> {
	const root = parse(xml).documentElement;
	if (root?.nodeName !== 'domain') throw new Error('not a domain definition');
	const devices = child(root, 'devices');
	const disks = children(devices, 'disk');
	const nvram = textOf(child(root, 'os'), 'nvram');
	const secrets = disks.flatMap(secretsOf);
	return {
		uuid: textOf(root, 'uuid'),
		name: textOf(root, 'name'),
		memoryKib: kibibytes(child(root, 'memory')),
		vcpus: Number(textOf(root, 'vcpu')),
		machine: attribute(child(child(root, 'os'), 'type'), 'machine') ?? '',
		disks: disks.map(parseDisk),
		...(nvram === '' ? {} : {nvram}),
		...(attribute(child(child(devices, 'tpm'), 'backend'), 'type') === 'emulator' ? {tpm: true} : {}),
		...(secrets.length === 0 ? {} : {secrets}),
		xml,
	};
}

/** @throws Error when the text is not whole XML. */
export function parse(xml: string): Document {
	try {
		return new DOMParser({onError: onErrorStopParsing}).parseFromString(xml, 'text/xml');
	} catch (error) {
		// What the library throws is no Error.
		throw new Error(`not whole XML: ${(error as {message?: unknown}).message}`);
	}
}

function parseDisk(disk: Element): DomainDisk {
	const source = child(disk, 'source');
	const path = attribute(source, 'file') ?? attribute(source, 'dev');
	return {
		target: attribute(child(disk, 'target'), 'dev') ?? '',
		device: (attribute(disk, 'device') ?? 'disk') as DomainDisk['device'],
		type: attribute(disk, 'type') ?? 'file',
		...(path === undefined ? {} : {path}),
		format: attribute(child(disk, 'driver'), 'type') ?? 'raw',
		readonly: child(disk, 'readonly') !== undefined,
		shareable: child(disk, 'shareable') !== undefined,
		...(encryptions(disk).length === 0 ? {} : {encrypted: true}),
		...(['optional', 'requisite'].includes(textAttribute(source, 'startupPolicy')) ? {optional: true} : {}),
	};
}

/** Older libvirt writes it beside the source, newer within. */
function encryptions(disk: Element): readonly Element[] {
	return [disk, child(disk, 'source')].flatMap(parent => children(parent, 'encryption'));
}

/** UUIDs. */
export function secretsOf(disk: Element): readonly string[] {
	const holders = [...encryptions(disk), ...[disk, child(disk, 'source')].flatMap(parent => children(parent, 'auth'))];
	return holders.flatMap(holder => attribute(child(holder, 'secret'), 'uuid') ?? []);
}

export function children(parent: Element | undefined, name: string): readonly Element[] {
	const found: Element[] = [];
	for (let node = parent?.firstChild; node; node = node.nextSibling) {
		if (node.nodeName === name) found.push(node as Element);
	}
	return found;
}

export function child(parent: Element | undefined, name: string): Element | undefined {
	return children(parent, name)[0];
}

export function attribute(element: Element | undefined, name: string): string | undefined {
	return element?.getAttribute(name) ?? undefined;
}

/** The attribute, or an empty text. */
export function textAttribute(element: Element | undefined, name: string): string {
	return attribute(element, name) ?? '';
}

export function textOf(parent: Element | undefined, name: string): string {
	return child(parent, name)?.textContent?.trim() ?? '';
}

const kibibytesPer: Readonly<Record<string, number>> = {
	b: 1 / 1024,
	bytes: 1 / 1024,
	KB: 1000 / 1024,
	KiB: 1,
	k: 1,
	MB: 1_000_000 / 1024,
	MiB: 1024,
	M: 1024,
	GB: 1_000_000_000 / 1024,
	GiB: 1024 ** 2,
	G: 1024 ** 2,
	TiB: 1024 ** 3,
	T: 1024 ** 3,
};

function kibibytes(element: Element | undefined): number {
	return inKibibytes(element?.textContent ?? '0', attribute(element, 'unit'));
}

/** An amount in libvirt's units of memory; KiB where it names none. */
export function inKibibytes(amount: string, unit = 'KiB'): number {
	return Math.ceil(Number(amount) * (kibibytesPer[unit] ?? 1));
}
