import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {CommandError, PrerequisiteError} from '../../src/errors.ts';
import {killProgram, pauseProgram, startDead, wakeAll} from '../../src/lab/fault/daemons.ts';
import {emptyDisk, fillDisk} from '../../src/lab/fault/disk.ts';
import {cutLink, restoreLink} from '../../src/lab/fault/link.ts';
import {blockPorts, losePackets, unblock} from '../../src/lab/fault/packets.ts';
import {guestOf, processesOf, programOf} from '../../src/lab/fault/processes.ts';
import {freeLink, slowLink} from '../../src/lab/fault/speed.ts';
import {consoleFolder} from '../../src/lab/guest-plan.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import type {Lab} from '../../src/lab/state.ts';
import type {Random} from './random.ts';

/** Something that can befall a host. */
export type Kind = {
	readonly name: string;
	/** How often, compared with the others. */
	readonly weight: number;
	/** Where it hits something. */
	readonly at: readonly Role[];
	/** Gives words for what it hit, if that depends on the moment. */
	strike(lab: Lab, host: LabHost, random: Random): Promise<unknown>;
	heal?(lab: Lab, host: LabHost): Promise<void>;
};

export type Role = 'source' | 'destination';

const anywhere: readonly Role[] = ['source', 'destination', 'destination'];

const migrationPorts = '49152-49215';

/** Everything that can befall a host. */
export const kinds: readonly Kind[] = [
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
		strike: (lab, {name}) => hit(() => killProgram(lab, {host: name, program: 'libvirtd'})),
		heal: (lab, {name}) => revive(lab, name),
	},
	{
		name: 'sshd killed',
		weight: 1,
		at: anywhere,
		strike: (lab, {name}) => hit(() => killProgram(lab, {host: name, program: 'sshd'})),
		heal: (lab, {name}) => revive(lab, name),
	},
	{
		name: 'ssh sessions killed',
		weight: 2,
		at: anywhere,
		strike: (lab, {name}) => hit(() => killProgram(lab, {host: name, program: 'sessions'})),
	},
	{
		name: 'virsh killed',
		weight: 2,
		at: ['source'],
		strike: (lab, {name}) => hit(() => killProgram(lab, {host: name, program: 'virsh'})),
	},
	...(['libvirtd', 'sessions', 'virsh'] as const).map(
		(program): Kind => ({
			name: `${program} paused`,
			weight: 1,
			at: program === 'virsh' ? ['source'] : anywhere,
			strike: (lab, {name}) => hit(async () => pauseProgram(lab, {host: name, program})),
			heal: async (lab, {name}) => wakeAll(lab, name),
		}),
	),
	{
		name: 'incoming qemu killed',
		weight: 3,
		at: ['destination'],
		strike: (lab, host) => hit(() => killIncoming(lab, host)),
	},
];

/** What is not there at this moment is not hit. */
async function hit(strike: () => Promise<unknown>): Promise<unknown> {
	try {
		return await strike();
	} catch (error) {
		if (error instanceof PrerequisiteError) return 'none';
		throw error;
	}
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

/** Starts what is dead. Another blow may kill a daemon in its start, and heals it later. */
async function revive(lab: Lab, host: string): Promise<void> {
	try {
		await startDead(lab, host);
	} catch (error) {
		if (!(error instanceof CommandError) || error.failed.ending !== 'killed by SIGKILL') throw error;
	}
}
