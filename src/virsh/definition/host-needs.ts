import type {Element} from '@xmldom/xmldom';
import {attribute, child, children, parse, textAttribute, textOf} from './domain-xml.ts';

/** What a definition requires of its host, other than disks: without it, the guest cannot start there. */
export type HostNeeds = {
	/** `what` is a phrase such as `the emulator` or `the directory of the console`. */
	readonly paths: readonly {readonly what: string; readonly path: string}[];
	/** Listen addresses, which the host must have. */
	readonly addresses: readonly {readonly what: string; readonly address: string}[];
	/** All listen addresses of graphics, including those that every host has. */
	readonly graphics: readonly string[];
	/** TCP ports that it uses. */
	readonly ports: readonly {readonly what: string; readonly port: number}[];
	readonly networks: readonly {readonly name: string; readonly portgroup: string | null}[];
	readonly links: readonly {
		readonly name: string;
		readonly kind: 'bridge' | 'Open vSwitch bridge' | 'parent of a macvtap';
	}[];
	/** The arguments for `virsh domcapabilities`. */
	readonly machine?: {
		readonly virttype: string;
		readonly emulator: string;
		readonly arch: string;
		readonly machine: string;
	};
};

/** @throws Error for invalid XML. */
export function readHostNeeds(xml: string): HostNeeds {
	const root = parse(xml).documentElement ?? undefined;
	const devices = child(root, 'devices');
	const all = ['serial', 'parallel', 'console', 'channel', 'redirdev'].flatMap(name => children(devices, name));
	// An active definition contains its first serial device also as a console.
	const sources = all.map(sourceText);
	const characters = all.filter((_, index) => sources[index] === '' || sources.indexOf(sources[index] ?? '') === index);
	const graphics = children(devices, 'graphics');
	const listens = graphics.flatMap(graphicsAddresses);
	const cards = children(devices, 'interface');
	return {
		paths: unique([...osPaths(root), ...devicePaths(devices), ...characters.flatMap(characterPaths)]),
		addresses: unique([...listens, ...characters.flatMap(characterAddresses)]).filter(({address}) =>
			isOneHosts(address),
		),
		graphics: unique(listens.map(({address}) => address).filter(address => address !== '')),
		ports: unique([...graphics.flatMap(graphicsPorts), ...characters.flatMap(characterPorts)]),
		networks: unique(
			cards.flatMap(card => {
				const source = child(card, 'source');
				const name = attribute(source, 'network');
				return name === undefined ? [] : [{name, portgroup: attribute(source, 'portgroup') ?? null}];
			}),
		),
		links: unique(cards.flatMap(linksOf)),
		...machineOf(root, devices),
	};
}

/** The connection of a character device; empty if assigned by the host. */
function sourceText(device: Element): string {
	const attributes = ['mode', 'path', 'host', 'service'];
	const texts = children(device, 'source').map(source => attributes.map(name => textAttribute(source, name)).join(' '));
	const log = textAttribute(child(device, 'log'), 'file');
	return texts.length === 0 && log === '' ? '' : [textAttribute(device, 'type'), ...texts, log].join('\n');
}

function osPaths(root: Element | undefined): HostNeeds['paths'] {
	const os = child(root, 'os');
	const named = ['kernel', 'initrd', 'dtb', 'shim'].map(name => ({what: `the ${name}`, path: textOf(os, name)}));
	const tables = children(child(os, 'acpi'), 'table').map(table => ({
		what: 'the ACPI table',
		path: table.textContent ?? '',
	}));
	const entries = children(root, 'sysinfo')
		.filter(sysinfo => attribute(sysinfo, 'type') === 'fwcfg')
		.flatMap(sysinfo => children(sysinfo, 'entry'))
		.map(entry => ({what: 'the fw_cfg file', path: textAttribute(entry, 'file')}));
	const firmware = [
		{what: 'the firmware', path: textOf(os, 'loader')},
		{what: 'the NVRAM template', path: textAttribute(child(os, 'nvram'), 'template')},
	];
	return [...firmware, ...named, ...tables, ...entries].filter(({path}) => path.startsWith('/'));
}

function devicePaths(devices: Element | undefined): HostNeeds['paths'] {
	const emulator = textOf(devices, 'emulator');
	const random = children(devices, 'rng').flatMap(rng =>
		children(rng, 'backend')
			.filter(backend => attribute(backend, 'model') === 'random')
			.map(backend => ({what: 'the source of random numbers', path: backend.textContent?.trim() ?? ''})),
	);
	return [{what: 'the emulator', path: emulator}, ...random].filter(({path}) => path.startsWith('/'));
}

/** libvirt creates these directories itself. */
const ownFolders = ['/var/lib/libvirt/qemu/', '/run/libvirt/qemu/', '/var/run/libvirt/qemu/'];

/** For files created at the start of the guest, the directory; otherwise the file itself. */
function characterPaths(device: Element): HostNeeds['paths'] {
	const what = device.nodeName;
	const source = child(device, 'source');
	const path = textAttribute(source, 'path');
	const log = textAttribute(child(device, 'log'), 'file');
	const type = attribute(device, 'type');
	const isMade = type === 'file' || type === 'pipe' || (type === 'unix' && attribute(source, 'mode') !== 'connect');
	const isThere = type === 'dev' || (type === 'unix' && attribute(source, 'mode') === 'connect');
	return [
		...(isMade ? [{what: `the directory of the ${what}`, path: folderOf(path)}] : []),
		...(isThere ? [{what: `the ${what}`, path}] : []),
		{what: `the directory of the log of the ${what}`, path: folderOf(log)},
	].filter(one => one.path.startsWith('/') && !ownFolders.some(folder => `${one.path}/`.startsWith(folder)));
}

function folderOf(path: string): string {
	return path.startsWith('/') ? path.replace(/\/[^/]*$/, '') || '/' : '';
}

/** Listen addresses of libvirt networks are resolved again at the destination. */
function graphicsAddresses(graphics: Element): HostNeeds['addresses'] {
	const listens = children(graphics, 'listen');
	const own = listens.length === 0 ? [textAttribute(graphics, 'listen')] : [];
	const named = listens
		.filter(listen => attribute(listen, 'type') === 'address')
		.map(listen => textAttribute(listen, 'address'));
	return [...own, ...named].map(address => ({what: `the ${textAttribute(graphics, 'type')} graphics`, address}));
}

function graphicsPorts(graphics: Element): HostNeeds['ports'] {
	if (attribute(graphics, 'autoport') === 'yes') return [];
	return ['port', 'tlsPort', 'websocket']
		.map(name => Number(attribute(graphics, name) ?? 0))
		.filter(port => port > 0)
		.map(port => ({what: `the ${textAttribute(graphics, 'type')} graphics`, port}));
}

function boundSources(device: Element): readonly Element[] {
	if (!['tcp', 'udp'].includes(textAttribute(device, 'type'))) return [];
	return children(device, 'source').filter(source => attribute(source, 'mode') === 'bind');
}

function characterAddresses(device: Element): HostNeeds['addresses'] {
	return boundSources(device).map(source => ({what: `the ${device.nodeName}`, address: textAttribute(source, 'host')}));
}

function characterPorts(device: Element): HostNeeds['ports'] {
	if (attribute(device, 'type') !== 'tcp') return [];
	return boundSources(device)
		.map(source => Number(textAttribute(source, 'service')))
		.filter(port => port > 0)
		.map(port => ({what: `the ${device.nodeName}`, port}));
}

/** Specific addresses only: no wildcards, no loopback, and no names, which each host resolves itself. */
function isOneHosts(address: string): boolean {
	const isAddress = /^\d+(\.\d+){3}$/.test(address) || address.includes(':');
	return isAddress && !['0.0.0.0', '::', '::1'].includes(address) && !address.startsWith('127.');
}

function linksOf(card: Element): HostNeeds['links'] {
	const source = child(card, 'source');
	// An active definition also names the bridge of a network, which each host chooses itself.
	if (attribute(source, 'network') !== undefined) return [];
	const isOpen = attribute(child(card, 'virtualport'), 'type') === 'openvswitch';
	const type = attribute(card, 'type');
	const name =
		type === 'bridge' ? attribute(source, 'bridge') : type === 'direct' ? attribute(source, 'dev') : undefined;
	if (name === undefined) return [];
	if (type === 'direct') return [{name, kind: 'parent of a macvtap'}];
	return [{name, kind: isOpen ? 'Open vSwitch bridge' : 'bridge'}];
}

function machineOf(root: Element | undefined, devices: Element | undefined): Pick<HostNeeds, 'machine'> {
	const type = child(child(root, 'os'), 'type');
	const [virttype, arch, machine] = [attribute(root, 'type'), attribute(type, 'arch'), attribute(type, 'machine')];
	const emulator = textOf(devices, 'emulator');
	if (virttype === undefined || arch === undefined || machine === undefined || emulator === '') return {};
	return {machine: {virttype, emulator, arch, machine}};
}

function unique<Item>(items: readonly Item[]): readonly Item[] {
	const keys = items.map(item => JSON.stringify(item));
	return items.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}
