import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {killProgram, pauseProgram, startDead, wakeAll} from '../../src/lab/fault/daemons.ts';
import {emptyDisk, fillDisk} from '../../src/lab/fault/disk.ts';
import type {Program} from '../../src/lab/fault/fault.ts';
import {cutLink, restoreLink} from '../../src/lab/fault/link.ts';
import {blockPorts, losePackets, unblock} from '../../src/lab/fault/packets.ts';
import {guestOf, processesOf, programOf} from '../../src/lab/fault/processes.ts';
import {freeLink, slowLink} from '../../src/lab/fault/speed.ts';
import {consoleFolder} from '../../src/lab/guests.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import type {Lab} from '../../src/lab/state.ts';
import type {Controller} from './controller.ts';
import type {Random} from './random.ts';

/** What there is to strike. */
export type Stage = {readonly lab: Lab; readonly controller: Controller};

/** One thing that the nemesis does: it strikes, and after a time it heals what does not heal itself. */
export type Blow = {
	/** In words, with the host: `kvm2: link cut`. */
	readonly name: string;
	/** After the blow before. */
	readonly afterMs: number;
	readonly lastsMs: number;
	/** Says what it hit, when that depends on the moment. */
	strike(stage: Stage): Promise<string | undefined>;
	heal(stage: Stage): Promise<void>;
};

type Kind = {
	readonly name: string;
	/** How often, compared with the others. */
	readonly weight: number;
	/** Where it hits something. */
	readonly at: readonly Role[];
	/** Gives words for what it hit, if that depends on the moment. */
	strike(lab: Lab, host: LabHost, random: Random): Promise<unknown>;
	heal?(lab: Lab, host: LabHost): Promise<void>;
};

type Role = 'source' | 'destination';

const anywhere: readonly Role[] = ['source', 'destination', 'destination'];

const migrationPorts = '49152-49215';

/** Everything that can befall a host. */
const kinds: readonly Kind[] = [
	{name: 'link cut', weight: 3, at: anywhere, strike: (_, host) => cutLink(host), heal: (_, host) => restoreLink(host)},
	{
		name: 'link slow',
		weight: 2,
		at: anywhere,
		strike: (_, host, random) => slowLink(host, {bytesPerSecond: random.whole(1, 8) * 512 * 1024}),
		heal: (_, host) => freeLink(host),
	},
	{
		name: 'packets lost',
		weight: 1,
		at: anywhere,
		strike: (_, host, random) => losePackets(host, random.whole(1, 10)),
		heal: (_, host) => unblock(host),
	},
	...(['drop', 'refuse'] as const).flatMap(how =>
		(['22', migrationPorts] as const).map(
			(ports): Kind => ({
				name: `ports ${ports}, ${how}`,
				weight: 1,
				at: ports === '22' ? anywhere : ['destination'],
				strike: (lab, host) => blockPorts(lab, host, {kind: 'port', ports, how}),
				heal: (_, host) => unblock(host),
			}),
		),
	),
	{
		name: 'disk full',
		weight: 2,
		at: ['destination'],
		strike: (_, host, random) => fillDisk(host, random.whole(0, 4) * 256 * 1024),
		heal: (_, host) => emptyDisk(host),
	},
	{
		name: 'libvirtd killed',
		weight: 4,
		at: anywhere,
		strike: (lab, {name}) => kill(lab, name, 'libvirtd'),
		heal: (lab, {name}) => startDead(lab, name),
	},
	{
		name: 'sshd killed',
		weight: 1,
		at: anywhere,
		strike: (lab, {name}) => kill(lab, name, 'sshd'),
		heal: (lab, {name}) => startDead(lab, name),
	},
	{name: 'ssh sessions killed', weight: 2, at: anywhere, strike: (lab, {name}) => kill(lab, name, 'sessions')},
	{name: 'virsh killed', weight: 2, at: ['source'], strike: (lab, {name}) => kill(lab, name, 'virsh')},
	...(['libvirtd', 'sessions', 'virsh'] as const).map(
		(program): Kind => ({
			name: `${program} paused`,
			weight: 1,
			at: program === 'virsh' ? ['source'] : anywhere,
			strike: async (lab, {name}) => {
				if (!runs(lab, name, program)) return 'none';
				return pauseProgram(lab, {host: name, program});
			},
			heal: async (lab, {name}) => wakeAll(lab, name),
		}),
	),
	{name: 'incoming qemu killed', weight: 3, at: ['destination'], strike: killIncoming},
];

/** Draws blows with their moments. The same chance gives the same ones, whatever happens. */
export function drawBlows(random: Random, lab: Lab, {count, longestMs, controllers}: BlowLimits): readonly Blow[] {
	const bag = kinds.flatMap(kind => Array<Kind>(kind.weight).fill(kind));
	return Array.from({length: count}, () => {
		if (controllers && random.chance(0.3)) return drawControllerBlow(random);
		const kind = random.pick(bag);
		const host = random.pick(machinesIn(lab, random.pick(kind.at)));
		const lastsMs = random.chance(0.2) ? longestMs : random.whole(200, Math.min(longestMs, 5000));
		return {
			name: `${host.name}: ${kind.name}`,
			afterMs: random.whole(100, 2500),
			lastsMs: kind.heal === undefined ? 0 : lastsMs,
			strike: async stage => textOrNothing(await kind.strike(stage.lab, host, random)),
			heal: async stage => kind.heal?.(stage.lab, host),
		};
	});
}

/** What befalls the controller: it is killed, stops for a while, or is told to stop. */
function drawControllerBlow(random: Random): Blow {
	const afterMs = random.whole(100, 2500);
	const lastsMs = random.whole(200, 5000);
	const blow = random.pick(['killed', 'killed', 'paused', 'interrupted'] as const);
	return {
		name: `controller: ${blow}`,
		afterMs,
		lastsMs: blow === 'paused' ? lastsMs : 0,
		async strike({controller}) {
			if (blow === 'killed') controller.kill();
			else controller.child.kill(blow === 'paused' ? 'SIGSTOP' : 'SIGINT');
			return undefined;
		},
		async heal({controller}) {
			if (blow === 'paused') controller.child.kill('SIGCONT');
		},
	};
}

/** The first host is the one that is emptied. */
function machinesIn({machines}: Lab, role: Role): readonly LabHost[] {
	return role === 'source' ? machines.slice(0, 1) : machines.slice(1);
}

export type BlowLimits = {
	readonly count: number;
	readonly longestMs: number;
	/** The controller is struck as well. */
	readonly controllers: boolean;
};

function textOrNothing(hit: unknown): string | undefined {
	return typeof hit === 'string' ? hit : undefined;
}

function runs(lab: Lab, host: string, program: Program): boolean {
	return processesOf(lab, host).some(one => programOf(one) === program);
}

async function kill(lab: Lab, host: string, program: Program): Promise<unknown> {
	if (!runs(lab, host, program)) return 'none';
	return killProgram(lab, {host, program});
}

/**
 * Kills a qemu that a guest is on its way to. Never one in which the guest has begun to run: that would be the end of
 * the guest, and nobody’s fault. A frozen process cannot begin while that is looked at.
 */
async function killIncoming(lab: Lab, {name: host, root}: LabHost): Promise<string> {
	for (const one of processesOf(lab, host)) {
		const guest = guestOf(one);
		if (programOf(one) !== 'qemu' || guest === undefined || !one.argv.includes('-incoming')) continue;
		pauseProgram(lab, {host, program: 'qemu', guest});
		const spoken = await readFile(join(root, consoleFolder, `${guest}.console`), 'latin1').catch(() => '');
		if (spoken === '') {
			await killProgram(lab, {host, program: 'qemu', guest});
			return guest;
		}
		process.kill(one.pid, 'SIGCONT');
	}
	return 'none';
}
