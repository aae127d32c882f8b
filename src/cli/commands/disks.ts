import {Command} from 'commander';
import {InputError} from '../../errors.ts';
import {exitCodeOf} from '../../exit-code.ts';
import {visible} from '../../views/columns.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';
import type {WrapPorts} from '../ports.ts';
import {disksCleanCommand} from './disks-clean.ts';

type DisksOptions = InventoryChoice &
	AccessOptions & {readonly host?: string; readonly extraVars?: readonly string[]; readonly json?: true};

/** `vacate disks`: lists the disk images that guests left on hosts when they moved away. */
export function disksCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('disks')
		.helpGroup(commandGroups.hosts)
		.enablePositionalOptions()
		.description('List the kept copies of guest disks on the hosts; `vacate disks clean` deletes them.')
		.addCommand(disksCleanCommand(wrapPorts));
	return withAccess(withInventory(command, 'inventory of the hosts'))
		.option('--host <pattern>', 'only hosts that match the pattern (default: all)')
		.option('-e, --extra-vars <vars>', 'variables that the inventory requires (repeatable)', collect)
		.option('--json', 'print JSON')
		.action(async (options: DisksOptions) => {
			const {inventory: sources = [], host: pattern = 'all', extraVars = []} = options;
			if (sources.length === 0) {
				throw new InputError([{message: 'no inventory given', hint: 'give one: -i inventory.yml'}]);
			}
			const [{loadInventory}, {matchHosts}, {openFactSource}, {readStock}, {stockData, stockText}, {readGivenVars}] =
				await Promise.all([
					import('../../inventory/load.ts'),
					import('../../inventory/patterns.ts'),
					import('../fact-source.ts'),
					import('../read-kept-copies.ts'),
					import('../../views/kept-copies.ts'),
					import('../options/given-vars.ts'),
				]);
			const vault = await vaultOf(options);
			const given = await readGivenVars(extraVars, vault);
			const inventory = await loadInventory(sources, {vault, playbookFolders: []});
			const stage = await openFactSource({inventory, given}, undefined, await readAccess(options));
			try {
				const hosts = matchHosts(inventory, pattern);
				const {stocks, silent} = await readStock(stage.gatherer, hosts, matchHosts(inventory, 'all'));
				process.stdout.write(
					`${options.json ? JSON.stringify(stockData(stocks), undefined, '\t') : stockText(stocks)}\n`,
				);
				for (const {host, reason} of silent) process.stderr.write(`no facts from ${host}: ${visible(reason)}\n`);
				setExitCode(exitCodeOf({of: 'facts', silentHosts: silent.length}));
			} finally {
				await stage.shell?.close();
			}
		});
}
