import {Command} from 'commander';
import {InputError, PrerequisiteError} from '../../errors.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {originOf, type WhyOptions, withWhy} from '../origin.ts';

type AbortOptions = AccessOptions & InventoryChoice & WhyOptions & {readonly host?: string};

/** `vacate abort RUN`: what Ctrl-C does where the run was started; with `--host` from whatever machine. */
export function abortCommand(): Command {
	const command = new Command('abort')
		.description('Stop a run that is going on: what is under way is ended and taken back.')
		.argument('[run]', 'its name, or last')
		.option('--host <host>', 'the run that changes this host, on whatever machine it was started');
	return withWhy(withAccess(withInventory(command, 'how the host of --host is reached'))).action(
		async (run: string | undefined, options: AbortOptions) => {
			if ((run === undefined) === (options.host === undefined)) {
				throw new InputError([{message: 'name a run, or the host that it changes', hint: 'vacate abort last'}]);
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
		throw new PrerequisiteError(`${run} is not going on here`, `see how it stands: vacate status ${run}`);
	}
	return `${run} has ended. How it stands: vacate status ${run}`;
}

async function abortOn(host: string, options: AbortOptions): Promise<string> {
	const {loadInventory} = await import('../../inventory/load.ts');
	const {askToStop} = await import('../../locks/ask-to-stop.ts');
	const {stderrConsole, connect} = await import('../connect.ts');
	const inventory = await loadInventory(options.inventory ?? [], {vault: await vaultOf(options), playbookFolders: []});
	if (!inventory.hosts.has(host)) {
		throw new InputError([{message: `there is no host ${host} in the inventory`, hint: 'name one: -i inventory.yml'}]);
	}
	const shell = connect(inventory, {}, await readAccess(options), stderrConsole);
	try {
		return `it has let ${host} go: ${await askToStop(shell, host)}`;
	} finally {
		await shell.close();
	}
}
