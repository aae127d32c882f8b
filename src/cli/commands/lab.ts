import {spawn} from 'node:child_process';
import {Command, InvalidArgumentError, Option} from 'commander';
import {InputError} from '../../errors.ts';
import {exitCodeOf} from '../../exit-code.ts';
import type {GuestPlan, ImageFormat} from '../../lab/guest-plan.ts';
import type {LabPlan} from '../../lab/layout.ts';
import {defaultLab} from '../../lab/layout.ts';
import {parseRate} from '../../units/units.ts';
import {setExitCode} from '../exit.ts';
import {quantity} from '../options/quantity.ts';
import {faultCommand} from './lab-fault.ts';

const dirOption = () => new Option('--dir <folder>', 'where the lab is').default(defaultLab.dir);

/** `vacate lab …`: real libvirt hosts in namespaces on this machine. */
export function labCommand(): Command {
	const lab = new Command('lab')
		.enablePositionalOptions()
		.description('Make real libvirt hosts on this machine, to try and to rehearse.');
	const commands = [upCommand(), downCommand(), statusCommand(), sshCommand(), guestsCommand(), faultCommand()];
	for (const command of commands) {
		lab.addCommand(command.exitOverride().configureOutput({outputError: () => {}}));
	}
	return lab;
}

function upCommand(): Command {
	return new Command('up')
		.description('Make the hosts, or leave those that are up.')
		.addOption(dirOption())
		.option('--name <name>', 'begins the names of its namespaces', shortName, defaultLab.name)
		.option('--subnet <a.b.c>', 'its addresses', defaultLab.subnet)
		.option('--hosts <number>', 'how many', wholeNumber, defaultLab.hosts)
		.option('--install', 'install the Debian packages that are missing')
		.action(async ({install, ...plan}: LabPlan & {readonly install?: true}) => {
			const {up} = await import('../../lab/up.ts');
			const made = await up(plan, {install: install === true});
			const hosts = made.machines.map(({name, address}) => `${name} ${address}`);
			process.stdout.write(`${hosts.join('\n')}\ninventory: ${made.inventory}\n`);
		});
}

function downCommand(): Command {
	return new Command('down')
		.description('Take the lab away, whole or half made.')
		.addOption(dirOption())
		.option('--name <name>', 'its name, if its folder is gone', shortName, defaultLab.name)
		.action(async ({dir, name}: {readonly dir: string; readonly name: string}) => {
			const {down} = await import('../../lab/down.ts');
			await down({...defaultLab, dir, name});
		});
}

function statusCommand(): Command {
	return new Command('status')
		.description('Say which hosts there are and whether they run.')
		.addOption(dirOption())
		.action(async ({dir}: {readonly dir: string}) => {
			const [{loadLab}, {isAlive}] = await Promise.all([import('../../lab/state.ts'), import('../../lab/process.ts')]);
			const lab = await loadLab(dir);
			if (lab === undefined) {
				process.stdout.write(`there is no lab in ${dir}\n`);
				return;
			}
			for (const {name, address} of lab.machines) {
				const init = lab.inits[name];
				process.stdout.write(`${name} ${address} ${init !== undefined && isAlive(init) ? 'runs' : 'does not run'}\n`);
			}
		});
}

function sshCommand(): Command {
	return new Command('ssh')
		.description('Log in to a host, or run a command there.')
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
				throw new InputError([{message: `the lab has no host ${host}`, hint: `it has: ${known}`}]);
			}
			const options = ['-i', lab.key, '-o', `UserKnownHostsFile=${lab.knownHosts}`, '-o', 'IdentitiesOnly=yes'];
			// As with ssh, one word is a line for the host’s shell; several are a command and its arguments.
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
		.description('Show the guests, where they run, and what they have counted.')
		.addOption(dirOption())
		.option('--json', 'as JSON')
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
		.description('Make guests on a host and start them.')
		.argument('<host>')
		.argument('<name...>')
		.addOption(dirOption())
		.option('--memory <MiB>', 'memory', wholeNumber, 16)
		.option('--disk <MiB>', 'size of the disk', wholeNumber, 64)
		.option('--no-disk', 'none: it starts from a kernel file')
		.addOption(new Option('--format <format>', 'of the disk').choices(['qcow2', 'raw']).default('qcow2'))
		.option('--backing <number>', 'so many images below its own', wholeNumber)
		.option('--cdrom <file>', 'a CD-ROM drive with this file of the host, which is made, or empty')
		.option('--dirty <rate>', 'how fast it changes memory: 2 MiB/s', quantity(parseRate))
		.option('--transient', 'without a definition that outlives it')
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

function wholeNumber(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1');
	return number;
}

function shortName(text: string): string {
	if (!/^[a-z][a-z0-9]{0,5}$/.test(text)) throw new InvalidArgumentError('write one to six small letters and digits');
	return text;
}
