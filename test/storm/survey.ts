import {createHash} from 'node:crypto';
import {open, readdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {askAll} from '../../src/facts/ask.ts';
import {labShell} from '../../src/lab/enter.ts';
import {guestOf, processesOf, programOf} from '../../src/lab/fault/processes.ts';
import {imageFolder} from '../../src/lab/guest-plan.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import {type GuestReading, readGuests} from '../../src/lab/readings.ts';
import type {Lab} from '../../src/lab/state.ts';
import {dumpxmlArgs} from '../../src/virsh/definition/dumpxml.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';

/** A guest, as all hosts and disks show it. */
export type GuestSurvey = GuestReading & {
	/** Hosts that have a qemu process for it, whatever their libvirtd knows. */
	readonly processes: readonly string[];
	/** Its disks by host, as the host’s definition names them. */
	readonly disks: Readonly<Record<string, readonly string[]>>;
};

/** A file on a host. */
export type FileSurvey = {
	readonly host: string;
	readonly path: string;
	readonly inode: number;
	readonly bytes: number;
	readonly modifiedMs: number;
	/** Of the first MiB. */
	readonly digest: string;
	/** The image that this file records as a kept copy. */
	readonly recordOf?: string;
};

/** All of a lab that a run could change. Knows nothing of runs and their journals. */
export type Survey = {
	readonly guests: readonly GuestSurvey[];
	readonly files: readonly FileSurvey[];
	/** Programs that run on a host, but for daemons, guests, and sessions of ssh by themselves: `kvm1: virsh migrate …`. */
	readonly programs: readonly string[];
};

/** Where hosts record the images that guests left behind. */
const recordFolder = '/var/lib/vacate/kept/';

/** Places of a host whose files belong to its daemons. */
const daemonsOwn =
	/^\/(var\/(log|cache)\/libvirt|var\/lib\/libvirt\/(qemu|dnsmasq|boot)|etc\/libvirt|etc\/lab-ready|tmp|run)(\/|$)/;

export async function surveyOf(lab: Lab): Promise<Survey> {
	const readings = await readGuests(lab);
	const guests = await Promise.all(
		readings.map(async (reading): Promise<GuestSurvey> => {
			const hosts = Object.keys(reading.states);
			const disks = await Promise.all(hosts.map(async host => [host, await disksOf(lab, host, reading.uuid)] as const));
			return {...reading, processes: processHosts(lab, reading.name), disks: Object.fromEntries(disks)};
		}),
	);
	const files = await Promise.all(lab.machines.map(filesOfHost));
	return {guests, files: files.flat(), programs: lab.machines.flatMap(({name}) => strangers(lab, name))};
}

/** The hosts that have a qemu process for a guest. */
export function processHosts(lab: Lab, guest: string): readonly string[] {
	return lab.machines
		.map(({name}) => name)
		.filter(host => processesOf(lab, host).some(one => programOf(one) === 'qemu' && guestOf(one) === guest));
}

/** Does a host run a program that ends by itself soon? A listener of `vacate` for a trial of the way lives 15 s at most. */
export function endsSoon(lab: Lab): boolean {
	return lab.machines.some(({name}) => processesOf(lab, name).some(({argv}) => argv[0] === 'timeout'));
}

async function disksOf(lab: Lab, host: string, uuid: string): Promise<readonly string[]> {
	const {texts} = await askAll(labShell(lab), host, [dumpxmlArgs(uuid)]);
	const {disks} = await parseDefinition(texts[0] ?? '');
	return disks.flatMap(({path}) => path ?? []);
}

/** What lies in the host’s own layer and among its images. */
async function filesOfHost(host: LabHost): Promise<readonly FileSurvey[]> {
	const own = (await readdir(host.upper, {recursive: true})).map(path => `/${path}`);
	const images = (await readdir(join(host.root, imageFolder), {recursive: true})).map(path => `${imageFolder}/${path}`);
	const paths = [...own.filter(path => !daemonsOwn.test(path)), ...images];
	const surveys = await Promise.all(paths.map(path => surveyFile(host, path)));
	return surveys.flat();
}

async function surveyFile({name, root}: LabHost, path: string): Promise<readonly FileSurvey[]> {
	const handle = await open(join(root, path)).catch(() => undefined);
	if (handle === undefined) return [];
	try {
		const found = await handle.stat();
		if (!found.isFile()) return [];
		const {buffer, bytesRead} = await handle.read({buffer: Buffer.alloc(Math.min(found.size, 1024 ** 2)), position: 0});
		const content = buffer.subarray(0, bytesRead);
		const digest = createHash('sha256').update(content).digest('hex');
		const file = {host: name, path, inode: found.ino, bytes: found.size, modifiedMs: found.mtimeMs, digest};
		const [, recordOf] = path.startsWith(recordFolder) ? (/^path (.*)$/m.exec(content.toString()) ?? []) : [];
		return [recordOf === undefined ? file : {...file, recordOf}];
	} finally {
		await handle.close();
	}
}

/** `virt-ssh-helper` serves a libvirtd on another host; it ends when that one’s connection is found to be dead. */
const expected = new Set(['sh', 'sleep', 'virtlogd', 'virtlockd', 'dnsmasq', 'virt-ssh-helper']);

function strangers(lab: Lab, host: string): readonly string[] {
	return processesOf(lab, host)
		.filter(one => {
			const program = programOf(one);
			if (program !== undefined && program !== 'virsh') return false;
			return !expected.has(basename(one.argv[0] ?? ''));
		})
		.map(({argv}) => `${host}: ${argv.join(' ')}`);
}
