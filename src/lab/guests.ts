import {InputError} from '../errors.ts';
import {write} from '../shell/command.ts';
import {demand} from '../shell/demand.ts';
import {define} from '../virsh/define.ts';
import {start} from '../virsh/start.ts';
import {systemUri} from '../virsh/virsh.ts';
import {mostDirtyUnits} from './boot-sector.ts';
import {labShell} from './enter.ts';
import {makeImages} from './guest-images.ts';
import {guestXml} from './guest-xml.ts';
import type {Lab} from './state.ts';

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

/** Makes a guest on a host of the lab, and brings it into its state. */
export async function createGuest(lab: Lab, host: string, plan: GuestPlan): Promise<void> {
	const machine = lab.machines.find(({name}) => name === host);
	if (machine === undefined) throw new Error(`the lab has no host ${host}`);
	await makeImages(lab, machine, plan);
	const shell = labShell(lab);
	const xml = guestXml(plan);
	const virsh = ['virsh', '--quiet', '--connect', systemUri] as const;
	if (plan.persistent) await demand(shell, define(host, xml));
	if (plan.state === 'shut off') return;
	if (plan.persistent) await demand(shell, start(host, plan.name));
	else
		await demand(shell, write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...virsh, 'create', '/dev/stdin'], {stdin: xml}));
	if (plan.state === 'paused') await demand(shell, write(host, [...virsh, 'suspend', '--domain', plan.name]));
}
