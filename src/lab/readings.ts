import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {askAll} from '../facts/ask.ts';
import {readDomains} from '../facts/read-domains.ts';
import {dumpxmlArgs} from '../virsh/definition/dumpxml.ts';
import {parseDefinition} from '../virsh/definition/parse-definition.ts';
import type {DomainStatus} from '../virsh/domains.ts';
import {isActive} from '../virsh/states.ts';
import {labShell} from './enter.ts';
import {consoleFolder} from './guest-plan.ts';
import type {LabHost} from './layout.ts';
import type {Lab} from './state.ts';
import {tool} from './tool.ts';

/** The state of a lab guest as seen from outside. */
export type GuestReading = {
	readonly name: string;
	readonly uuid: string;
	/** Hosts on which it is running or paused. There must never be more than one. */
	readonly active: readonly string[];
	readonly defined: readonly string[];
	/** Its state on each host that knows it: `running`, `paused`, `shut off`. */
	readonly states: Readonly<Record<string, string>>;
	/** Ticks since it started, 18 per second. */
	readonly ticks: number;
	/** Ticks that are missing on all consoles. */
	readonly missing: number;
	/** Whether it has been started more than once. */
	readonly restarted: boolean;
	/** The last number that the guest confirmed to be on its disk. */
	readonly written: number;
	/** The number on its disk, on the host that runs it. A number lower than `written` means a lost write. */
	readonly onDisk?: number;
};

/** Reads all guests of a lab, from the consoles, disks and daemons of all its hosts. */
export async function readGuests(lab: Lab): Promise<readonly GuestReading[]> {
	const sightings = await sightingsOf(lab);
	const names = new Map([...sightings.values()].flat().map(({uuid, name}) => [uuid, name]));
	const readings = [...names].map(async ([uuid, name]): Promise<GuestReading> => {
		const where = (test: (entry: DomainStatus) => boolean) =>
			[...sightings]
				.filter(([, entries]) => entries.some(entry => entry.uuid === uuid && test(entry)))
				.map(([host]) => host);
		const active = where(({state}) => isActive(state));
		// The console is read before the disk: a number that the guest reported as written must then be on the disk.
		const [host] = active;
		const [lines, onDisk] = [
			await consoleOf(lab, name),
			host === undefined ? undefined : await diskNumber(lab, host, uuid),
		];
		return {
			name,
			uuid,
			active,
			defined: where(({persistent}) => persistent),
			states: Object.fromEntries(
				[...sightings].flatMap(([host, entries]) => {
					const entry = entries.find(one => one.uuid === uuid);
					return entry === undefined ? [] : [[host, entry.state]];
				}),
			),
			...judge(lines),
			...(onDisk === undefined ? {} : {onDisk}),
		};
	});
	return (await Promise.all(readings)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Line = {readonly tick: number; readonly booted: number; readonly written: number};

/** All lines that a guest has printed, on any host. */
async function consoleOf(lab: Lab, name: string): Promise<readonly Line[]> {
	const texts = await Promise.all(
		lab.machines.map(({root}) => readFile(join(root, consoleFolder, `${name}.console`), 'latin1').catch(() => '')),
	);
	return parseConsoles(texts);
}

const whole = /T([0-9a-f]{8})D([0-9a-f]{8})W([0-9a-f]{8})\n/g;

/**
 * The lines of a guest's consoles on several hosts. A guest that moves in the middle of a line completes it on the
 * other host: the fragments of two consoles are joined if they form a line. Other incomplete lines are ignored.
 */
export function parseConsoles(texts: readonly string[]): readonly Line[] {
	const leftOver = texts.flatMap(text =>
		text.split(/T[0-9a-f]{8}D[0-9a-f]{8}W[0-9a-f]{8}\n/).filter(part => part !== ''),
	);
	const joined = leftOver.flatMap(begin => leftOver.filter(end => end !== begin).map(end => begin + end));
	return [...texts, ...joined.filter(text => /^T.{26}\n$/.test(text))].flatMap(text =>
		[...text.matchAll(whole)].map(([, tick = '', booted = '', written = '']) => ({
			tick: Number.parseInt(tick, 16),
			booted: Number.parseInt(booted, 16),
			written: Number.parseInt(written, 16),
		})),
	);
}

function judge(lines: readonly Line[]): Pick<GuestReading, 'ticks' | 'missing' | 'restarted' | 'written'> {
	const boots = new Set(lines.map(({booted}) => booted));
	const ticks = new Set(lines.map(({tick}) => tick));
	const last = Math.max(0, ...ticks);
	const printedTwice = lines.length > ticks.size;
	return {
		ticks: last,
		missing: last - ticks.size,
		restarted: boots.size > 1 || printedTwice,
		written: Math.max(0, ...lines.map(({written}) => written)),
	};
}

async function sightingsOf(lab: Lab): Promise<ReadonlyMap<string, readonly DomainStatus[]>> {
	const shell = labShell(lab);
	const all = lab.machines.map(async ({name}) => [name, await readDomains(shell, name)] as const);
	return new Map(await Promise.all(all));
}

/** The number in the second sector of a running guest's first disk. */
async function diskNumber(lab: Lab, host: string, uuid: string): Promise<number | undefined> {
	const {texts} = await askAll(labShell(lab), host, [dumpxmlArgs(uuid)]);
	const definition = await parseDefinition(texts[0] ?? '');
	const disk = definition.disks.find(({device}) => device === 'disk');
	const machine = lab.machines.find(({name}) => name === host);
	if (disk?.path === undefined || machine === undefined) return undefined;
	// The hosts share the devices of this machine.
	const file = disk.type === 'block' ? disk.path : join(machine.root, disk.path);
	const dump = await tool(['qemu-io', '-r', '-U', '-f', disk.format, '-c', 'read -v 512 4', file]);
	const bytes = /^[0-9a-f]+: {2}((?:[0-9a-f]{2} ?){4})/m.exec(dump)?.[1]?.trim().split(/ /);
	return bytes === undefined ? undefined : Number.parseInt(bytes.toReversed().join(''), 16);
}

/** All files in the image folders of a host, which show what a run leaves behind. */
export async function filesOf({root}: LabHost, folder: string): Promise<readonly string[]> {
	return (await readdir(join(root, folder), {recursive: true}).catch(() => [])).sort();
}
