import {Argument, Command, InvalidArgumentError, Option} from 'commander';
import {InputError} from '../../errors.ts';
import type {Daemon, Program} from '../../lab/fault/fault.ts';
import {daemons, type PortFault, programs} from '../../lab/fault/fault.ts';
import {defaultLab, type LabHost} from '../../lab/layout.ts';
import type {Lab} from '../../lab/state.ts';
import {parseDuration, parseRate, parseSize} from '../../units/units.ts';
import {quantity} from '../options/quantity.ts';

/** `vacate lab fault …`: what can go wrong with hosts, on purpose and until it is cleared. */
export function faultCommand(): Command {
	const fault = new Command('fault')
		.enablePositionalOptions()
		.description('Let something go wrong with a host, see what is wrong, heal it.');
	const commands = [
		linkCommand(),
		slowCommand(),
		lossCommand(),
		portCommand(),
		diskCommand(),
		killCommand(),
		restartCommand(),
		pauseCommand(),
		listCommand(),
		clearCommand(),
	];
	for (const command of commands) {
		command.addOption(new Option('--dir <folder>', 'where the lab is').default(defaultLab.dir));
		fault.addCommand(command.exitOverride().configureOutput({outputError: () => {}}));
	}
	return fault;
}

type InLab = {readonly dir: string};

function linkCommand(): Command {
	return new Command('link')
		.description('Pull the cable of a host, or plug it in again.')
		.argument('<host>')
		.addArgument(new Argument('<state>').choices(['down', 'up']))
		.action(async (name: string, state: 'down' | 'up', {dir}: InLab) => {
			const [{host}, {cutLink, restoreLink}] = await Promise.all([open(dir, name), import('../../lab/fault/link.ts')]);
			await (state === 'down' ? cutLink(host) : restoreLink(host));
		});
}

function slowCommand(): Command {
	return new Command('slow')
		.description('Limit the rate of a host’s link, or delay what passes it, each way.')
		.argument('<host>')
		.option('--rate <rate>', '4 MiB/s', quantity(parseRate))
		.option('--delay <time>', '20 ms; needs a kernel with netem', quantity(parseDuration))
		.action(async (name: string, {dir, rate, delay}: InLab & {readonly rate?: number; readonly delay?: number}) => {
			if (rate === undefined && delay === undefined) {
				throw new InputError([{message: 'neither a rate nor a delay is given', hint: 'write --rate "4 MiB/s"'}]);
			}
			const [{host}, {slowLink}] = await Promise.all([open(dir, name), import('../../lab/fault/speed.ts')]);
			await slowLink(host, {
				...(rate === undefined ? {} : {bytesPerSecond: rate}),
				...(delay === undefined ? {} : {delayMs: delay}),
			});
		});
}

function lossCommand(): Command {
	return new Command('loss')
		.description('Lose some of the packets that reach a host.')
		.argument('<host>')
		.argument('<percent>', 'of all packets', percentage)
		.action(async (name: string, percent: number, {dir}: InLab) => {
			const [{host}, {losePackets}] = await Promise.all([open(dir, name), import('../../lab/fault/packets.ts')]);
			await losePackets(host, percent);
		});
}

function portCommand(): Command {
	return new Command('port')
		.description('Drop or refuse what reaches TCP ports of a host: 22 is ssh, 49152-49215 are migrations.')
		.argument('<host>')
		.argument('<ports>', 'a port, or the first and the last: 49152-49215', portRange)
		.addArgument(new Argument('<how>').choices(['drop', 'refuse']))
		.option('--from <host>', 'only what this host sends')
		.action(
			async (name: string, ports: string, how: PortFault['how'], {dir, from}: InLab & {readonly from?: string}) => {
				const [{lab, host}, {blockPorts}] = await Promise.all([open(dir, name), import('../../lab/fault/packets.ts')]);
				if (from !== undefined) machineOf(lab, from);
				await blockPorts(lab, host, {kind: 'port', ports, how, ...(from === undefined ? {} : {from})});
			},
		);
}

function diskCommand(): Command {
	return new Command('disk')
		.description('Make the disk of a host’s images full.')
		.argument('<host>')
		.option('--free <size>', 'leave so much', quantity(parseSize), 0)
		.action(async (name: string, {dir, free}: InLab & {readonly free: number}) => {
			const [{host}, {fillDisk}] = await Promise.all([open(dir, name), import('../../lab/fault/disk.ts')]);
			await fillDisk(host, free);
		});
}

function killCommand(): Command {
	return programCommand('kill', 'Kill a program of a host with SIGKILL. A daemon stays dead until clear.').action(
		async (host: string, program: Program, {dir, guest}: InLab & {readonly guest?: string}) => {
			const [{lab}, {killProgram}] = await Promise.all([open(dir, host), import('../../lab/fault/daemons.ts')]);
			await killProgram(lab, {host, program, ...(guest === undefined ? {} : {guest})});
		},
	);
}

function restartCommand(): Command {
	return new Command('restart')
		.description('Kill a daemon of a host with SIGKILL and start it again.')
		.argument('<host>')
		.addArgument(new Argument('<daemon>').choices(daemons))
		.action(async (host: string, program: Daemon, {dir}: InLab) => {
			const [{lab}, {killProgram, startDaemon}] = await Promise.all([
				open(dir, host),
				import('../../lab/fault/daemons.ts'),
			]);
			await killProgram(lab, {host, program});
			await startDaemon(lab, host, program);
		});
}

function pauseCommand(): Command {
	return programCommand('pause', 'Stop a program of a host in the middle of what it does, until clear.').action(
		async (host: string, program: Program, {dir, guest}: InLab & {readonly guest?: string}) => {
			const [{lab}, {pauseProgram}] = await Promise.all([open(dir, host), import('../../lab/fault/daemons.ts')]);
			pauseProgram(lab, {host, program, ...(guest === undefined ? {} : {guest})});
		},
	);
}

function programCommand(name: string, description: string): Command {
	return new Command(name)
		.description(description)
		.argument('<host>')
		.addArgument(new Argument('<program>').choices(programs))
		.option('--guest <name>', 'only the qemu of this guest');
}

function listCommand(): Command {
	return new Command('list')
		.description('Say what is wrong with the hosts.')
		.argument('[host...]')
		.option('--json', 'as JSON')
		.action(async (names: readonly string[], {dir, json}: InLab & {readonly json?: true}) => {
			const [{lab, hosts}, {faultsOf}, {faultsText}] = await Promise.all([
				openSeveral(dir, names),
				import('../../lab/fault/all-faults.ts'),
				import('../../views/faults.ts'),
			]);
			const faults = await faultsOf(lab, hosts);
			process.stdout.write(json ? `${JSON.stringify(faults, undefined, '\t')}\n` : `${faultsText(faults)}\n`);
		});
}

function clearCommand(): Command {
	return new Command('clear')
		.description('Heal hosts, or all: links, ports, disks; wake what is paused, start daemons that are dead.')
		.argument('[host...]')
		.action(async (names: readonly string[], {dir}: InLab) => {
			const [{lab, hosts}, {clearFaults}] = await Promise.all([
				openSeveral(dir, names),
				import('../../lab/fault/all-faults.ts'),
			]);
			await clearFaults(lab, hosts);
		});
}

async function open(dir: string, name: string): Promise<{readonly lab: Lab; readonly host: LabHost}> {
	const {theLab} = await import('../../lab/state.ts');
	const lab = await theLab(dir);
	return {lab, host: machineOf(lab, name)};
}

async function openSeveral(
	dir: string,
	names: readonly string[],
): Promise<{readonly lab: Lab; readonly hosts: readonly LabHost[]}> {
	const {theLab} = await import('../../lab/state.ts');
	const lab = await theLab(dir);
	return {lab, hosts: names.length === 0 ? lab.machines : names.map(name => machineOf(lab, name))};
}

function machineOf(lab: Lab, name: string): LabHost {
	const machine = lab.machines.find(one => one.name === name);
	if (machine !== undefined) return machine;
	const known = lab.machines.map(one => one.name).join(', ');
	throw new InputError([{message: `the lab has no host ${name}`, hint: `it has: ${known}`}]);
}

function percentage(text: string): number {
	const number = Number(text);
	if (!(number >= 0.01 && number <= 100)) throw new InvalidArgumentError('write a number from 0.01 to 100');
	return number;
}

function portRange(text: string): string {
	const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
	const valid = Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65_535;
	if (!valid) throw new InvalidArgumentError('write a port, or a range such as 49152-49215');
	return text;
}
