import {open, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {demand} from '../shell/demand.ts';
import {define} from '../virsh/define.ts';
import {start} from '../virsh/start.ts';
import {bootSector} from './boot-sector.ts';
import {labShell} from './enter.ts';
import type {Lab} from './state.ts';
import {tool} from './tool.ts';

export type GuestPlan = {
	readonly name: string;
	readonly memoryMib: number;
	readonly diskMib: number;
	/** Units of 16 pages that it changes at each of its 18 ticks a second: 0 to 8. */
	readonly dirtyUnits: number;
	readonly format: 'qcow2' | 'raw';
	/** Its image, as a path on the host. */
	readonly path: string;
	/** Its disk’s name: `vda`. */
	readonly target: string;
};

export const imageFolder = '/var/lib/libvirt/images';
export const consoleFolder = '/var/log/libvirt/qemu';

/** A guest with what goes without saying. */
export function guestPlan(name: string, rest: Partial<GuestPlan> = {}): GuestPlan {
	const format = rest.format ?? 'qcow2';
	return {
		name,
		memoryMib: 16,
		diskMib: 64,
		dirtyUnits: 0,
		path: `${imageFolder}/${name}.${format}`,
		target: 'vda',
		...rest,
		format,
	};
}

/** Makes a guest on a host of the lab, defines it and starts it. */
export async function createGuest(lab: Lab, host: string, plan: GuestPlan): Promise<void> {
	const root = lab.machines.find(({name}) => name === host)?.root;
	if (root === undefined) throw new Error(`the lab has no host ${host}`);
	const image = join(root, plan.path);
	const raw = `${image}.raw`;
	await tool(['mkdir', '-p', dirname(image)]);
	const file = await open(raw, 'w');
	await file.write(bootSector(plan.dirtyUnits), 0, 512, 0);
	await file.truncate(plan.diskMib * 1024 * 1024);
	await file.close();
	await tool(['qemu-img', 'convert', '-q', '-f', 'raw', '-O', plan.format, raw, image]);
	await rm(raw);
	const shell = labShell(lab);
	await demand(shell, define(host, guestXml(plan)));
	await demand(shell, start(host, plan.name));
}

/** The smallest q35 machine: a disk and a serial port that writes into a file of the host. */
function guestXml({name, memoryMib, path, format, target}: GuestPlan): string {
	return `<domain type='qemu'>
  <name>${xmlText(name)}</name>
  <memory unit='MiB'>${memoryMib}</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <cpu mode='custom'><model>qemu64</model></cpu>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='${format}' cache='none'/>
      <source file='${xmlText(path)}'/>
      <target dev='${target}' bus='virtio'/>
    </disk>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='file'><source path='${xmlText(`${consoleFolder}/${name}.console`)}' append='on'/></serial>
  </devices>
</domain>
`;
}

function xmlText(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}
