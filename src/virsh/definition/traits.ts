import type {Element} from '@xmldom/xmldom';
import {attribute, child, children, inKibibytes, parse, secretsOf, textAttribute, textOf} from './domain-xml.ts';
import {type HostDevice, hostDevices} from './host-devices.ts';

/** The parts of a running domain’s XML that determine whether it can be moved, and what it requires at the destination. */
export type Traits = {
	readonly devices: readonly HostDevice[];
	/** With the UUID of the secret that encrypts its state. */
	readonly tpm: {readonly secret: string | null} | null;
	/** The memory encryption technology. */
	readonly confidential: string | null;
	/** Has the CPU feature `invtsc` without a fixed frequency. */
	readonly tscUnfixed: boolean;
	/** A memory device has no slot or base address. */
	readonly looseMemory: boolean;
	readonly highestPin: number | null;
	readonly highestNode: number | null;
	readonly hugepageKib: number | null;
	/** Firmware files required at the destination. */
	readonly firmware: readonly string[];
	/** Action of its watchdog. */
	readonly watchdog: string | null;
	readonly interfaces: readonly NetworkCard[];
	/** UUIDs. */
	readonly secrets: readonly string[];
	readonly diskModes: readonly DiskMode[];
};

export type NetworkCard = {
	readonly mac: string;
	readonly network: string | null;
	readonly bridge: string | null;
	readonly vlan: number | null;
	readonly mtu: number | null;
	readonly filter: string | null;
};

export type DiskMode = {
	readonly target: string;
	/** `default` if the XML leaves it to QEMU, which then caches. */
	readonly cache: string;
	readonly isTransient: boolean;
	readonly hasReservations: boolean;
};

/** The default size of a huge page: that of x86 hosts. */
const commonHugepageKib = 2048;

/** @throws Error for invalid XML. */
export function readTraits(xml: string): Traits {
	const root = parse(xml).documentElement ?? undefined;
	const devices = child(root, 'devices');
	const disks = children(devices, 'disk');
	return {
		devices: hostDevices(devices),
		tpm: tpmOf(devices),
		confidential: attribute(child(root, 'launchSecurity'), 'type') ?? null,
		tscUnfixed: isTscUnfixed(root),
		looseMemory: children(devices, 'memory').some(isLoose),
		highestPin: highest([
			attribute(child(root, 'vcpu'), 'cpuset'),
			...['vcpupin', 'emulatorpin', 'iothreadpin'].flatMap(name =>
				children(child(root, 'cputune'), name).map(pin => attribute(pin, 'cpuset')),
			),
		]),
		highestNode: highest(
			['memory', 'memnode'].flatMap(name =>
				children(child(root, 'numatune'), name).map(node => attribute(node, 'nodeset')),
			),
		),
		hugepageKib: hugepageOf(child(child(root, 'memoryBacking'), 'hugepages')),
		firmware: firmwareOf(child(root, 'os')),
		watchdog: watchdogOf(child(devices, 'watchdog')),
		interfaces: children(devices, 'interface').map(cardOf),
		secrets: [...new Set([...disks.flatMap(secretsOf), tpmOf(devices)?.secret ?? []].flat())],
		diskModes: disks.map(disk => ({
			target: attribute(child(disk, 'target'), 'dev') ?? '',
			cache: attribute(child(disk, 'driver'), 'cache') ?? 'default',
			isTransient: child(disk, 'transient') !== undefined,
			hasReservations: child(child(disk, 'source'), 'reservations') !== undefined,
		})),
	};
}

function tpmOf(devices: Element | undefined): Traits['tpm'] {
	const backend = child(child(devices, 'tpm'), 'backend');
	if (attribute(backend, 'type') !== 'emulator') return null;
	return {secret: attribute(child(backend, 'encryption'), 'secret') ?? null};
}

function isTscUnfixed(root: Element | undefined): boolean {
	const features = children(child(root, 'cpu'), 'feature');
	const has = features.some(
		feature =>
			attribute(feature, 'name') === 'invtsc' && ['require', 'force'].includes(textAttribute(feature, 'policy')),
	);
	const timers = children(child(root, 'clock'), 'timer');
	return (
		has && !timers.some(timer => attribute(timer, 'name') === 'tsc' && attribute(timer, 'frequency') !== undefined)
	);
}

function isLoose(memory: Element): boolean {
	if (!['dimm', 'nvdimm'].includes(textAttribute(memory, 'model'))) return false;
	const address = child(memory, 'address');
	return attribute(address, 'slot') === undefined || attribute(address, 'base') === undefined;
}

/** The highest number in lists such as `0-3,^2,8`; null if there are none. */
function highest(lists: readonly (string | undefined)[]): number | null {
	const allowed = lists.flatMap(list => list?.split(',').filter(part => !part.startsWith('^')) ?? []);
	const numbers = allowed.flatMap(part => part.split('-').map(Number));
	return numbers.length === 0 ? null : Math.max(...numbers);
}

function hugepageOf(hugepages: Element | undefined): number | null {
	if (hugepages === undefined) return null;
	const page = child(hugepages, 'page');
	if (page === undefined) return commonHugepageKib;
	return inKibibytes(textAttribute(page, 'size'), attribute(page, 'unit'));
}

function firmwareOf(os: Element | undefined): readonly string[] {
	const paths = [textOf(os, 'loader'), attribute(child(os, 'nvram'), 'template') ?? ''];
	return paths.filter(path => path.startsWith('/'));
}

function watchdogOf(watchdog: Element | undefined): string | null {
	return watchdog === undefined ? null : (attribute(watchdog, 'action') ?? 'reset');
}

function cardOf(card: Element): NetworkCard {
	const source = child(card, 'source');
	// An active definition also names the bridge of a network, which each host chooses itself.
	const isBridge = attribute(card, 'type') === 'bridge' && attribute(source, 'network') === undefined;
	const tags = children(child(card, 'vlan'), 'tag');
	return {
		mac: textAttribute(child(card, 'mac'), 'address'),
		network: attribute(source, 'network') ?? null,
		bridge: isBridge ? (attribute(source, 'bridge') ?? null) : null,
		vlan: numberOf(attribute(tags[0], 'id')),
		mtu: numberOf(attribute(child(card, 'mtu'), 'size')),
		filter: attribute(child(card, 'filterref'), 'filter') ?? null,
	};
}

function numberOf(text: string | undefined): number | null {
	return text === undefined ? null : Number(text);
}
