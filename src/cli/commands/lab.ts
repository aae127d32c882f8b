import {spawn} from 'node:child_process';
import {Command, InvalidArgumentError, Option} from 'commander';
import {InputError} from '../../errors.ts';
import {exitCodeOf} from '../../exit-code.ts';
import type {GuestPlan, ImageFormat} from '../../lab/guest-plan.ts';
import type {LabPlan} from '../../lab/layout.ts';
import {defaultLab} from '../../lab/layout.ts';
import {parseRate} from '../../units/units.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {quantity} from '../options/parsers.ts';
import {labFaultCommand} from './lab-fault.ts';

const dirOption = () => new Option('--dir <folder>', 'folder of the lab').default(defaultLab.dir);

/** `vacate lab …`: real libvirt hosts in namespaces on this machine. */
export function labCommand(): Command {
	const lab = new Command('lab')
		.helpGroup(commandGroups.help)
		.enablePositionalOptions()
		.description('Run real libvirt hosts on this machine, for trials and rehearsals.');
	const commands = [upCommand(), downCommand(), statusCommand(), sshCommand(), guestsCommand(), labFaultCommand()];
	for (const command of commands) {
		lab.addCommand(command.exitOverride().configureOutput({outputError: () => {}}));
	}
	return lab;
}

function upCommand(): Command {
	return new Command('up')
		.description('Create and start the hosts. Running hosts are kept.')
		.addOption(dirOption())
		.option('--name <name>', 'name of the lab; prefix of its namespaces', shortName, defaultLab.name)
		.option('--subnet <a.b.c>', 'subnet of the lab', threeOctets, defaultLab.subnet)
		.option('--hosts <number>', 'number of hosts', wholeNumber, defaultLab.hosts)
		.option('--install', 'install missing Debian packages')
		.action(async ({install, ...plan}: LabPlan & {readonly install?: true}) => {
			const {up} = await import('../../lab/up.ts');
			const made = await up(plan, {install: install === true});
			const hosts = made.machines.map(({name, address}) => `${name} ${address}`);
			process.stdout.write(`${hosts.join('\n')}\ninventory: ${made.inventory}\n`);
		});
}

function downCommand(): Command {
	return new Command('down')
		.description('Stop and remove the lab, even if it is incomplete.')
		.addOption(dirOption())
		.option('--name <name>', 'name of the lab, if its folder is missing', shortName, defaultLab.name)
		.action(async ({dir, name}: {readonly dir: string; readonly name: string}) => {
			const {down} = await import('../../lab/down.ts');
			await down({...defaultLab, dir, name});
		});
}

function statusCommand(): Command {
	return new Command('status')
		.description('Show the hosts and their state.')
		.addOption(dirOption())
		.action(async ({dir}: {readonly dir: string}) => {
			const [{loadLab}, {isAlive}] = await Promise.all([import('../../lab/state.ts'), import('../../lab/process.ts')]);
			const lab = await loadLab(dir);
			if (lab === undefined) {
				process.stdout.write(`no lab in ${dir}\n`);
				return;
			}
			for (const {name, address} of lab.machines) {
				const init = lab.inits[name];
				process.stdout.write(`${name} ${address} ${init !== undefined && isAlive(init) ? 'running' : 'not running'}\n`);
			}
		});
}

function sshCommand(): Command {
	return new Command('ssh')
		.description('Log in to a host, or run a command on it.')
		.argument('<host>')
		.argument('[command...]')
		.addOption(dirOption())
		.passThroughOptions()
		.action(async (host: string, words: readonly string[], {dir}: {readonly dir: string}) => {
			const [{theLab}, {quoteArgv}] = await Promise.all([import('../../lab/state.ts'), import('../../shell/quote.ts')]);
			const lab = await theLab(dir);
			const machine = lab.machines.find(({name}) => name === host);
			if (machine === undefined) {
				const known = lab.machines.map(({name}) => name).join(', ');
				throw new InputError([{message: `no host '${host}' in the lab`, hint: `hosts: ${known}`}]);
			}
			const options = ['-i', lab.key, '-o', `UserKnownHostsFile=${lab.knownHosts}`, '-o', 'IdentitiesOnly=yes'];
			// As with ssh, a single word is passed to the host’s shell; several words are a command and its arguments.
			const command = words.length < 2 ? words : [quoteArgv(words)];
			const client = spawn('ssh', [...options, `root@${machine.address}`, ...command], {stdio: 'inherit'});
			const code = await new Promise<number | null>(resolve => client.on('close', resolve));
			setExitCode(exitCodeOf({of: 'lab-command', code}));
		});
}

type NewGuests = {
	readonly dir: string;
	readonly memory: number;
	readonly disk: number | false;
	readonly dirty?: number;
	readonly format: ImageFormat;
	readonly backing?: number;
	readonly cdrom?: string;
	readonly transient?: true;
	readonly state: GuestPlan['state'];
};

function guestsCommand(): Command {
	const guests = new Command('guests')
		.enablePositionalOptions()
		.description('Show the guests, the hosts they run on, and their counters.')
		.addOption(dirOption())
		.option('--json', 'print JSON')
		.action(async ({dir, json}: {readonly dir: string; readonly json?: true}) => {
			const [{theLab}, {readGuests}, {readingsText}] = await Promise.all([
				import('../../lab/state.ts'),
				import('../../lab/readings.ts'),
				import('../../views/readings.ts'),
			]);
			const readings = await readGuests(await theLab(dir));
			process.stdout.write(json ? `${JSON.stringify(readings, undefined, '\t')}\n` : `${readingsText(readings)}\n`);
		});
	guests
		.command('add')
		.description('Create guests on a host and start them.')
		.argument('<host>')
		.argument('<name...>')
		.addOption(dirOption())
		.option('--memory <MiB>', 'memory of each guest', wholeNumber, 16)
		.option('--disk <MiB>', 'size of the disk of each guest', wholeNumber, 64)
		.option('--no-disk', 'no disk: the guest boots from a kernel file')
		.addOption(new Option('--format <format>', 'format of the disk').choices(['qcow2', 'raw']).default('qcow2'))
		.option('--backing <number>', 'number of backing images below the disk', wholeNumber)
		.option('--cdrom <file>', 'add a CD-ROM drive with this file of the host (created), or empty')
		.option('--dirty <rate>', 'dirty rate of the memory, such as 2 MiB/s', quantity(parseRate))
		.option('--transient', 'create transient guests, without a persistent definition')
		.addOption(new Option('--state <state>').choices(['running', 'paused', 'shut off']).default('running'))
		.action(async (host: string, names: readonly string[], options: NewGuests) => {
			const [{theLab}, {createGuest}, {guestPlan}, {dirtyUnitsFor}] = await Promise.all([
				import('../../lab/state.ts'),
				import('../../lab/guests.ts'),
				import('../../lab/guest-plan.ts'),
				import('../../lab/boot-sector.ts'),
			]);
			const {memory: memoryMib, disk, dirty = 0, transient, dir, cdrom, ...rest} = options;
			const plans = names.map(name =>
				guestPlan(name, {
					...rest,
					memoryMib,
					diskMib: disk === false ? 0 : disk,
					dirtyUnits: dirtyUnitsFor(dirty),
					persistent: transient !== true,
					...(cdrom === undefined ? {} : {cdrom}),
				}),
			);
			const lab = await theLab(dir);
			for (const plan of plans) await createGuest(lab, host, plan);
		});
	return guests;
}

function threeOctets(text: string): string {
	const octets = text.split('.');
	const isValid = octets.length === 3 && octets.every(octet => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
	if (!isValid)
		throw new InvalidArgumentError(`expected the first three octets of an address, such as ${defaultLab.subnet}`);
	return text;
}

function wholeNumber(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected an integer of at least 1');
	return number;
}

function shortName(text: string): string {
	if (!/^[a-z][a-z0-9]{0,5}$/.test(text))
		throw new InvalidArgumentError('expected one to six lowercase letters and digits, beginning with a letter');
	return text;
}
