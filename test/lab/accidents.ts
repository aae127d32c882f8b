import {setTimeout as wait} from 'node:timers/promises';
import {labShell} from '../../src/lab/enter.ts';
import {killProgram, pauseProgram, startDaemon} from '../../src/lab/fault/daemons.ts';
import {fillDisk} from '../../src/lab/fault/disk.ts';
import {cutLink, restoreLink} from '../../src/lab/fault/link.ts';
import {blockPorts, unblock} from '../../src/lab/fault/packets.ts';
import {slowLink} from '../../src/lab/fault/speed.ts';
import {type GuestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import type {LabRig} from './rig.ts';

/** What may befall a move, and what must come of it. */
export type Accident = {
	readonly title: string;
	/** In which part of the move it happens. */
	readonly in: 'disks' | 'memory' | 'before';
	/** What is done to the guest before it moves. */
	readonly prepare?: (rig: LabRig, guest: string) => Promise<unknown>;
	readonly befall: (rig: LabRig, guest: string) => Promise<unknown>;
	/** In what its guest differs from the others. */
	readonly guest?: Partial<GuestPlan>;
	/** Parameters of `migrate`. */
	readonly params?: string;
	/** Where the guest runs afterwards. */
	readonly at: 'kvm1' | 'kvm2' | 'nowhere';
	readonly code: number;
	readonly says: RegExp;
	/** What the message says to do, where nothing but its disks could be saved. */
	readonly anew?: (rig: LabRig, guest: string) => Promise<unknown>;
	/** What stays at the destination, beside the image of a guest that has arrived. */
	readonly left?: readonly string[];
	/** Not in every run of the tests: it takes long. */
	readonly long?: true;
};

/** A disk that takes some seconds, and memory that changes faster than it may be sent. */
export const guests: Readonly<Record<Accident['in'], Partial<GuestPlan>>> = {
	before: {},
	disks: {format: 'raw', diskMib: 64},
	memory: {diskMib: 16, dirtyUnits: 16},
};

const slow: Readonly<Record<Accident['in'], string>> = {
	before: '',
	disks: 'bandwidth_mib: 8',
	memory: 'bandwidth_mib: 1',
};

export function taskOf({in: phase, params}: Accident, guest: string): string {
	const all = [`guest: ${guest}`, 'to: kvm2', slow[phase], params].filter(text => text);
	return `- hosts: kvm1\n  tasks:\n    - migrate: {${all.join(', ')}}\n`;
}

export const accidents: readonly Accident[] = [
	{
		title: 'virsh domjobabort while the disks are copied',
		in: 'disks',
		befall: (rig, guest) => on(rig, 'kvm1', 'virsh', 'domjobabort', guest),
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: .*(abort|cancel|End of file)/,
	},
	{
		title: 'virsh domjobabort while the memory is sent',
		in: 'memory',
		befall: (rig, guest) => on(rig, 'kvm1', 'virsh', 'domjobabort', guest),
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: .*(abort|cancel|End of file)/,
	},
	{
		title: 'vacate abort while the memory is sent',
		in: 'memory',
		befall: rig => rig.vacate('abort', 'last'),
		at: 'kvm1',
		code: 130,
		says: /kvm1 +kvm2 +undone/,
	},
	{
		title: 'the libvirtd of the source dies and comes back',
		in: 'memory',
		befall: async rig => {
			await killProgram(rig.lab, {host: 'kvm1', program: 'libvirtd'});
			await startDaemon(rig.lab, 'kvm1', 'libvirtd');
		},
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: /,
	},
	{
		title: 'the qemu of the source dies',
		in: 'memory',
		befall: (rig, guest) => killProgram(rig.lab, {host: 'kvm1', program: 'qemu', guest}),
		at: 'nowhere',
		code: 5,
		says: /is no longer running: its process has ended\. shut off \(.*\) on kvm1; not defined on kvm2/,
		left: ['.qcow2', '.qcow2.vacate-'],
	},
	{
		title: 'the link is cut for 5 s while the memory is sent',
		in: 'memory',
		params: 'max_downtime: [300 ms, 4 s]',
		befall: rig => cutFor(rig, 5000),
		at: 'kvm2',
		code: 0,
		says: /changed/,
	},
	{
		title: 'the link is cut for 60 s while the disks are copied',
		in: 'disks',
		befall: rig => cutFor(rig, 60_000),
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: /,
		long: true,
	},
	{
		title: 'the link is cut for 60 s while the memory is sent',
		in: 'memory',
		befall: rig => cutFor(rig, 60_000),
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: /,
		long: true,
	},
	{
		title: 'the qemu of the destination stops answering: the move is silent, and given up',
		in: 'memory',
		params: 'stall: {window: 5 s}',
		befall: async (rig, guest) => pauseProgram(rig.lab, {host: 'kvm2', program: 'qemu', guest}),
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: no data of its memory was sent for \d+ s/,
		long: true,
	},
	{
		title: 'post-copy is torn in the middle, and mended when the hosts see each other again',
		in: 'memory',
		guest: {diskMib: 0, dirtyUnits: 200},
		params: 'deadline: {at_least: 3 s, then: postcopy}',
		befall: async (rig, guest) => {
			await on(rig, 'kvm1', 'virsh', 'migrate-setspeed', guest, '1', '--postcopy');
			await postcopyOn(rig, 'kvm2', guest);
			await tear(rig);
		},
		at: 'kvm2',
		code: 0,
		says: /changed/,
	},
	{
		title: 'the connection breaks in the moment of the switch to post-copy, before the destination knows of it',
		in: 'memory',
		guest: {diskMib: 0},
		params: 'deadline: {at_least: 3 s, then: postcopy}',
		befall: async (rig, guest) => {
			await slowLink(machine(rig, 'kvm2'), {bytesPerSecond: 50 * 1024});
			await postcopyOn(rig, 'kvm1', guest);
			await tear(rig);
		},
		at: 'kvm1',
		code: 5,
		says: /is paused: the connection failed at the switch to post-copy, before kvm2 was notified/,
		anew: async (rig, guest) => {
			await on(rig, 'kvm2', 'virsh', 'destroy', guest);
			await on(rig, 'kvm1', 'virsh', 'destroy', guest);
			await on(rig, 'kvm1', 'virsh', 'start', guest);
		},
	},
	{
		title: 'the disk of the destination becomes full',
		in: 'disks',
		prepare: (rig, guest) => {
			const image = `of=${imageFolder}/${guest}.raw`;
			return on(rig, 'kvm1', 'dd', 'if=/dev/urandom', image, 'bs=1M', 'seek=8', 'count=40', 'conv=notrunc');
		},
		befall: rig => fillDisk(machine(rig, 'kvm2'), 0),
		at: 'kvm1',
		code: 4,
		says: /did not move to kvm2: /,
	},
	{
		title: 'the ports of the destination drop what reaches them: the guest is not touched',
		in: 'before',
		befall: rig => blockPorts(rig.lab, machine(rig, 'kvm2'), {kind: 'port', ports: '49153', how: 'drop'}),
		at: 'kvm1',
		code: 4,
		says: /TCP port 49153 is dropped; the guest was not affected[\s\S]*next: .*firewall-cmd/,
	},
	{
		title: 'the ports of the destination refuse',
		in: 'before',
		befall: rig => blockPorts(rig.lab, machine(rig, 'kvm2'), {kind: 'port', ports: '49152-49215', how: 'refuse'}),
		at: 'kvm1',
		code: 4,
		says: /TCP port 4915\d is refused; the guest was not affected/,
	},
	{
		title: 'the destination has another host key than the source knows',
		in: 'before',
		befall: async rig => {
			const keys = 'awk \'{print $1, $2, "AAAAC3NzaC1lZDI1NTE5AAAAIJsF1bjrWBOGmDQdMNjsIeG0YHGvgwDDEV3FrBDUJTYf"}\'';
			await on(rig, 'kvm1', 'sh', '-c', `cd /root/.ssh; cp -p known_hosts kept; ${keys} kept >known_hosts`);
		},
		at: 'kvm1',
		code: 4,
		says: /kvm1 cannot connect to libvirt on kvm2: .*[Hh]ost key verification failed[\s\S]*next: verify the host key/,
	},
	{
		title: 'an image is already there',
		in: 'before',
		befall: (rig, guest) => on(rig, 'kvm2', 'touch', `${imageFolder}/${guest}.qcow2`),
		at: 'kvm1',
		code: 3,
		says: /exists on kvm2, and vacate never overwrites/,
		left: ['.qcow2'],
	},
];

/** Undoes what no `lab fault clear` does. */
export async function restore(rig: LabRig): Promise<void> {
	await on(rig, 'kvm1', 'sh', '-c', 'cd /root/.ssh; [ ! -e kept ] || mv kept known_hosts');
}

async function on(rig: LabRig, host: string, ...argv: [string, ...string[]]): Promise<string> {
	return (await labShell(rig.lab).run({host, argv, effect: 'write'})).stdout;
}

/** Until a host says of a guest that it is in post-copy. */
async function postcopyOn(rig: LabRig, host: string, guest: string): Promise<void> {
	while (!/post-copy/.test(await on(rig, host, 'virsh', 'domstate', '--reason', guest))) await wait(20);
}

/** The connections of migrations break, and for four seconds there are no others. */
async function tear(rig: LabRig): Promise<void> {
	await blockPorts(rig.lab, machine(rig, 'kvm2'), {kind: 'port', ports: '49152-49215', how: 'refuse'});
	await wait(4000);
	await unblock(machine(rig, 'kvm2'));
}

async function cutFor(rig: LabRig, milliseconds: number): Promise<void> {
	await cutLink(machine(rig, 'kvm2'));
	await wait(milliseconds);
	await restoreLink(machine(rig, 'kvm2'));
}

function machine(rig: LabRig, host: string) {
	const found = rig.lab.machines.find(({name}) => name === host);
	if (found === undefined) throw new Error(`no host ${host}`);
	return found;
}
