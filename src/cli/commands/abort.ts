import {Command} from 'commander';
import {InputError, PrerequisiteError} from '../../errors.ts';
import {commandGroups} from '../command-groups.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {originOf, type WhyOptions, withWhy} from '../origin.ts';

type AbortOptions = AccessOptions & InventoryChoice & WhyOptions & {readonly host?: string};

/** `vacate abort RUN`: the same as Ctrl-C in the terminal of the run; with `--host`, also from another machine. */
export function abortCommand(): Command {
	const command = new Command('abort')
		.helpGroup(commandGroups.runs)
		.description('Stop a run: abort and roll back its moves in progress.')
		.argument('[run]', 'name of the run, or last')
		.option(
			'--host <host>',
			'stop the run that holds the lock of this host, even if it was started on another machine',
		);
	return withWhy(withAccess(withInventory(command, 'inventory of --host'))).action(
		async (run: string | undefined, options: AbortOptions) => {
			if ((run === undefined) === (options.host === undefined)) {
				throw new InputError([{message: 'give either a run or --host', hint: 'vacate abort last'}]);
			}
			const ended = run === undefined ? await abortOn(options.host ?? '', options) : await abortHere(run, options);
			process.stdout.write(`${ended}\n`);
		},
	);
}

async function abortHere(name: string, why: WhyOptions): Promise<string> {
	const {findRun} = await import('../saved-run.ts');
	const {abortRun} = await import('../../store/control.ts');
	const {run, folder} = await findRun(name);
	if (!(await abortRun(folder, ` ${JSON.stringify(originOf(why))}`))) {
		throw new PrerequisiteError(`${run} is not running on this machine`, `show its status: vacate status ${run}`);
	}
	return `${run} has ended. To see its status: vacate status ${run}`;
}

async function abortOn(host: string, options: AbortOptions): Promise<string> {
	const {loadInventory} = await import('../../inventory/load.ts');
	const {askToStop} = await import('../../locks/ask-to-stop.ts');
	const {stderrConsole, connect} = await import('../connect.ts');
	const inventory = await loadInventory(options.inventory ?? [], {vault: await vaultOf(options), playbookFolders: []});
	if (!inventory.hosts.has(host)) {
		throw new InputError([{message: `no host '${host}' in the inventory`, hint: 'give one: -i inventory.yml'}]);
	}
	const shell = connect({inventory, given: {}}, await readAccess(options), stderrConsole);
	try {
		return `released ${host}: ${await askToStop(shell, host, JSON.stringify(originOf(options)))}`;
	} finally {
		await shell.close();
	}
}
