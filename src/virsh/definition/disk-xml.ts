import type {Element} from '@xmldom/xmldom';
import {attribute, child, children, encryptions, textAttribute} from './domain-xml.ts';
import type {DomainDisk} from './dumpxml.ts';

/** Types of disks that are files or devices of the host, or on the network. All others have no path to copy from. */
const supportedTypes: readonly string[] = ['file', 'block', 'network'];

/** A disk in the XML of libvirt 9 to 11: see `disk` in its schema `domaincommon.rng`. */
export function readDisk(disk: Element, isStored: boolean): DomainDisk {
	const source = child(disk, 'source');
	const path = attribute(source, 'file') ?? attribute(source, 'dev');
	const unsupported = unsupportedIn(disk, isStored);
	return {
		target: attribute(child(disk, 'target'), 'dev') ?? '',
		device: deviceOf(disk),
		type: attribute(disk, 'type') ?? 'file',
		...(path === undefined ? {} : {path}),
		format: attribute(child(disk, 'driver'), 'type') ?? 'raw',
		readonly: child(disk, 'readonly') !== undefined,
		shareable: child(disk, 'shareable') !== undefined,
		...(encryptions(disk).length === 0 ? {} : {encrypted: true}),
		...(['optional', 'requisite'].includes(textAttribute(source, 'startupPolicy')) ? {optional: true} : {}),
		...(child(disk, 'transient') === undefined ? {} : {transient: true}),
		...(unsupported.length === 0 ? {} : {unsupported}),
	};
}

function deviceOf(disk: Element): DomainDisk['device'] {
	const device = attribute(disk, 'device');
	return device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk';
}

/** Why a copy of the file at its path would differ from the disk. */
function unsupportedIn(disk: Element, isStored: boolean): readonly string[] {
	const type = attribute(disk, 'type') ?? 'file';
	const source = child(disk, 'source');
	const hosts = children(source, 'host');
	const isLocal = (host: Element) =>
		attribute(host, 'transport') === 'unix' || /^(localhost|127\.[\d.]+|::1)$/.test(textAttribute(host, 'name'));
	const path = attribute(source, 'file') ?? attribute(source, 'dev');
	const needsPath = ['file', 'block'].includes(type) && !['cdrom', 'floppy'].includes(deviceOf(disk));
	return [
		...(supportedTypes.includes(type) ? [] : [`its type is ${type}`]),
		...(needsPath && path === undefined ? ['its definition contains no file'] : []),
		...(child(source, 'slices') === undefined ? [] : ['it is a slice of a larger file (<slices>)']),
		...(child(source, 'dataStore') === undefined ? [] : ['it has an external data file (<dataStore>)']),
		...(child(disk, 'mirror') === undefined ? [] : ['a block job is copying it (<mirror>)']),
		...(type === 'network' && hosts.some(isLocal) ? ['it is served by the host itself'] : []),
		// libvirt adds detected backing chains to the definition of a running guest.
		...(isStored && attribute(child(disk, 'backingStore'), 'type') !== undefined ? [namesLayers] : []),
	];
}

/** True only if only the top image is copied. */
export const namesLayers = 'its persistent definition contains the backing chain (<backingStore>)';
