import {writeFile} from 'node:fs/promises';
import {Command} from 'commander';
import {InputError} from '../../errors.ts';
import {exitCodeOf} from '../../exit-code.ts';
import {visible} from '../../views/columns.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';

type FactsOptions = InventoryChoice &
	AccessOptions & {readonly output?: string; readonly limit?: string; readonly dirtyRate?: boolean};

/** `vacate facts`: gathers the facts of the hosts, so that a plan can be made without access to them. */
export function factsCommand(): Command {
	const command = new Command('facts')
		.helpGroup(commandGroups.plans)
		.description('Gather the facts that a plan requires from all hosts. Read-only.');
	return withAccess(withInventory(command, 'inventory'))
		.option('-l, --limit <pattern>', 'limit to hosts that match the pattern')
		.option('--dirty-rate', 'measure the dirty rate of each guest for one second')
		.option('-o, --output <file>', 'write the facts to FILE (default: standard output)')
		.action(async (options: FactsOptions) => {
			const {inventory: sources = [], output} = options;
			if (sources.length === 0) {
				throw new InputError([{message: 'no inventory given', hint: 'give one: -i inventory.yml'}]);
			}
			const [
				{loadInventory},
				{matchHosts},
				{collectFacts},
				{factsVersion, openFactSource},
				{peersOf},
				{clusterRequests, dirtyRateRequests},
			] = await Promise.all([
				import('../../inventory/load.ts'),
				import('../../inventory/patterns.ts'),
				import('../../facts/collect.ts'),
				import('../fact-source.ts'),
				import('../../plan/peers.ts'),
				import('../../steps/evacuation/cluster/requests.ts'),
			]);
			const inventory = await loadInventory(sources, {vault: await vaultOf(options), playbookFolders: []});
			const stage = await openFactSource({inventory, given: {}}, undefined, await readAccess(options));
			try {
				const peer = peersOf(inventory, {});
				const hosts = matchHosts(inventory, options.limit ?? 'all');
				const {facts, silent} = await collectFacts(stage.gatherer, hosts, (heard, known) => [
					...clusterRequests(heard, heard, peer, known),
					...(options.dirtyRate === true ? dirtyRateRequests(heard, known) : []),
				]);
				const gathered = new Date().toISOString();
				const text = `${JSON.stringify({vacate_facts: factsVersion, gathered, facts}, undefined, '\t')}\n`;
				if (output === undefined) process.stdout.write(text);
				else await writeFile(output, text);
				for (const {host, reason} of silent) process.stderr.write(`no facts from ${host}: ${visible(reason)}\n`);
				setExitCode(exitCodeOf({of: 'facts', silentHosts: silent.length}));
			} finally {
				await stage.shell?.close();
			}
		});
}
