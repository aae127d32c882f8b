import {InputError} from '../errors.ts';
import {mostDirtyUnits} from './boot-sector.ts';

export type ImageFormat = 'qcow2' | 'raw';

export type GuestPlan = {
	readonly name: string;
	readonly memoryMib: number;
	/** 0: the guest has no disk and boots from a kernel file that exists on all hosts. */
	readonly diskMib: number;
	/** Units of 16 pages that it changes in each of its 18 ticks per second. See `dirtyUnitsFor`. */
	readonly dirtyUnits: number;
	readonly format: ImageFormat;
	/** The path of its image on the host. */
	readonly path: string;
	/** The target of its disk: `vda`. */
	readonly target: string;
	/** The number of backing images below its own. Only for qcow2. */
	readonly backing: number;
	/** Disks besides the first; the guest never accesses them. */
	readonly more: readonly ExtraDisk[];
	/** A CD-ROM drive, `sda`: empty, or with this file of the host. */
	readonly cdrom?: string;
	/** A guest without a persistent definition is gone when it ends. */
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
 * A guest plan with defaults for everything that is not given.
 *
 * @throws InputError if such a guest is impossible.
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
		...(dirtyUnits > most ? [`a guest of ${memoryMib} MiB can change at most ${most * 64} KiB per tick`] : []),
		...(backing > 0 && format === 'raw' ? ['a raw image cannot have a backing file'] : []),
		...(!persistent && state === 'shut off' ? ['a transient guest cannot be shut off, because it would be gone'] : []),
	];
}
