import {Argument, Command, InvalidArgumentError, Option} from 'commander';
import {InputError} from '../../errors.ts';
import type {Daemon, Program} from '../../lab/fault/fault.ts';
import {daemons, type PortFault, programs} from '../../lab/fault/fault.ts';
import {defaultLab, type LabHost} from '../../lab/layout.ts';
import type {Lab} from '../../lab/state.ts';
import {parseDuration, parseRate, parseSize} from '../../units/units.ts';
import {quantity} from '../options/parsers.ts';

/** `vacate lab fault …`: injects faults into lab hosts; each lasts until it is cleared. */
export function labFaultCommand(): Command {
	const fault = new Command('fault')
		.enablePositionalOptions()
		.description('Inject, show and clear faults of lab hosts.');
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
		command.addOption(new Option('--dir <folder>', 'folder of the lab').default(defaultLab.dir));
		fault.addCommand(command.exitOverride().configureOutput({outputError: () => {}}));
	}
	return fault;
}

type InLab = {readonly dir: string};

function linkCommand(): Command {
	return new Command('link')
		.description('Set the network link of a host down or up.')
		.argument('<host>')
		.addArgument(new Argument('<state>').choices(['down', 'up']))
		.action(async (name: string, state: 'down' | 'up', {dir}: InLab) => {
			const [{host}, {cutLink, restoreLink}] = await Promise.all([open(dir, name), import('../../lab/fault/link.ts')]);
			await (state === 'down' ? cutLink(host) : restoreLink(host));
		});
}

function slowCommand(): Command {
	return new Command('slow')
		.description('Limit the rate of a host’s link, or add a delay in each direction.')
		.argument('<host>')
		.option('--rate <rate>', 'rate, such as 4 MiB/s', quantity(parseRate))
		.option('--delay <time>', 'delay, such as 20 ms; requires a kernel with netem', quantity(parseDuration))
		.action(async (name: string, {dir, rate, delay}: InLab & {readonly rate?: number; readonly delay?: number}) => {
			if (rate === undefined && delay === undefined) {
				throw new InputError([{message: 'neither a rate nor a delay given', hint: 'write --rate "4 MiB/s"'}]);
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
		.description('Drop some of the packets that reach a host.')
		.argument('<host>')
		.argument('<percent>', 'percentage of packets to drop', percentage)
		.action(async (name: string, percent: number, {dir}: InLab) => {
			const [{host}, {losePackets}] = await Promise.all([open(dir, name), import('../../lab/fault/packets.ts')]);
			await losePackets(host, percent);
		});
}

function portCommand(): Command {
	return new Command('port')
		.description('Drop or reject TCP connections to ports of a host: 22 for SSH, 49152-49215 for migrations.')
		.argument('<host>')
		.argument('<ports>', 'a port, or a range such as 49152-49215', portRange)
		.addArgument(new Argument('<how>').choices(['drop', 'refuse']))
		.option('--from <host>', 'only packets from this host')
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
		.description('Fill the file system of a host’s images.')
		.argument('<host>')
		.option('--free <size>', 'space to leave free', quantity(parseSize), 0)
		.action(async (name: string, {dir, free}: InLab & {readonly free: number}) => {
			const [{host}, {fillDisk}] = await Promise.all([open(dir, name), import('../../lab/fault/disk.ts')]);
			await fillDisk(host, free);
		});
}

function killCommand(): Command {
	return programCommand(
		'kill',
		'Kill a process on a host with SIGKILL. A daemon stays down until the fault is cleared.',
	).action(async (host: string, program: Program, {dir, guest}: InLab & {readonly guest?: string}) => {
		const [{lab}, {killProgram}] = await Promise.all([open(dir, host), import('../../lab/fault/daemons.ts')]);
		await killProgram(lab, {host, program, ...(guest === undefined ? {} : {guest})});
	});
}

function restartCommand(): Command {
	return new Command('restart')
		.description('Kill a daemon on a host with SIGKILL and start it again.')
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
	return programCommand('pause', 'Stop a process on a host (SIGSTOP) until the fault is cleared.').action(
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
		.option('--guest <name>', 'only the QEMU process of this guest');
}

function listCommand(): Command {
	return new Command('list')
		.description('Show the faults of the hosts.')
		.argument('[host...]')
		.option('--json', 'print JSON')
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
		.description(
			'Clear the faults of some or all hosts: restore links, ports and disks, resume stopped processes, start daemons.',
		)
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
	throw new InputError([{message: `no host '${name}' in the lab`, hint: `hosts: ${known}`}]);
}

function percentage(text: string): number {
	const number = Number(text);
	if (!(number >= 0.01 && number <= 100)) throw new InvalidArgumentError('expected a number from 0.01 to 100');
	return number;
}

function portRange(text: string): string {
	const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
	const valid = Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65_535;
	if (!valid) throw new InvalidArgumentError('expected a port, or a range such as 49152-49215');
	return text;
}
