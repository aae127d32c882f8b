import {InputError} from '../errors.ts';
import {mostDirtyUnits} from './boot-sector.ts';

export type ImageFormat = 'qcow2' | 'raw';

export type GuestPlan = {
	readonly name: string;
	readonly memoryMib: number;
	/** 0: it has no disk, and starts from a kernel file that lies on all hosts. */
	readonly diskMib: number;
	/** Units of 16 pages that it changes at each of its 18 ticks a second. See `dirtyUnitsFor`. */
	readonly dirtyUnits: number;
	readonly format: ImageFormat;
	/** Its image, as a path on the host. */
	readonly path: string;
	/** Its disk’s name: `vda`. */
	readonly target: string;
	/** How many images lie below its own, each on the next: a chain. Only for qcow2. */
	readonly backing: number;
	/** Disks that it has beside the first; it never touches them. */
	readonly more: readonly ExtraDisk[];
	/** A CD-ROM drive, `sda`: empty, or with this file of the host. */
	readonly cdrom?: string;
	/** Without a definition it is gone when it ends. */
	readonly persistent: boolean;
	readonly state: 'running' | 'paused' | 'shut off';
};

export type ExtraDisk = {
	readonly path: string;
	readonly target: string;
	readonly format: ImageFormat;
	readonly diskMib: number;
};

export const imageFolder = '/var/lib/libvirt/images';
export const consoleFolder = '/var/log/libvirt/qemu';

/**
 * A guest with what goes without saying.
 *
 * @throws InputError when no guest can be so.
 */
export function guestPlan(name: string, rest: Partial<GuestPlan> = {}): GuestPlan {
	const format = rest.format ?? 'qcow2';
	const path = rest.diskMib === 0 ? `/var/lib/libvirt/boot/${name}` : `${imageFolder}/${name}.${format}`;
	const plan: GuestPlan = {
		name,
		memoryMib: 16,
		diskMib: 64,
		dirtyUnits: 0,
		path,
		target: 'vda',
		backing: 0,
		more: [],
		persistent: true,
		state: 'running',
		...rest,
		format,
	};
	const mistakes = mistakesOf(plan);
	if (mistakes.length > 0) throw new InputError(mistakes.map(message => ({message})));
	return plan;
}

function mistakesOf({memoryMib, dirtyUnits, format, backing, persistent, state}: GuestPlan): readonly string[] {
	const most = mostDirtyUnits(memoryMib);
	return [
		...(dirtyUnits > most ? [`a guest of ${memoryMib} MiB can change ${most * 64} KiB at each tick, not more`] : []),
		...(backing > 0 && format === 'raw' ? ['a raw image has no image below it'] : []),
		...(!persistent && state === 'shut off' ? ['a transient guest cannot be shut off: it would be gone'] : []),
	];
}
