import {resolve} from 'node:path';
import {Command, InvalidArgumentError} from 'commander';
import {type AccessOptions, readAccess, withAccess} from './access.ts';
import {collect} from './collect.ts';
import {type InventoryChoice, vaultOf, withInventory} from './inventory-options.ts';
import type {Call} from './saved-run.ts';
import {type SelectOptions, withSelectOptions} from './select.ts';

type RunOptions = InventoryChoice &
	SelectOptions &
	AccessOptions & {
		readonly extraVars?: readonly string[];
		readonly forks: number;
		readonly json?: true;
		readonly step?: true;
		readonly listHosts?: true;
		readonly listTasks?: true;
		readonly listTags?: true;
	};

/** `vacate run PLAYBOOK`: does what a playbook says. */
export function runCommand(): Command {
	const command = new Command('run').description('Run a playbook.').argument('<playbook>');
	return withAccess(withSelectOptions(withInventory(command, 'the hosts')))
		.option('-e, --extra-vars <vars>', 'name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--step', 'ask before each task')
		.option('--list-hosts', 'only list the hosts that would be taken')
		.option('--list-tasks', 'only list the tasks that would be done')
		.option('--list-tags', 'only list the tags that there are')
		.option('-f, --forks <number>', 'hosts that work at a task at once', positive, 20)
		.option('--json', 'events as JSON Lines on standard output')
		.action(async (file: string, options: RunOptions) => {
			const {loadInputs} = await import('./inputs.ts');
			const {listed, select} = await import('./select-inputs.ts');
			const selected = select(
				await loadInputs(file, options.inventory ?? [], options.extraVars ?? [], await vaultOf(options)),
				options,
			);
			const list = {
				hosts: options.listHosts === true,
				tasks: options.listTasks === true,
				tags: options.listTags === true,
			};
			if (list.hosts || list.tasks || list.tags) {
				const {listingText} = await import('../views/listing.ts');
				process.stdout.write(listingText(file, listed(selected), list));
				return;
			}
			const {carryOut} = await import('./wire.ts');
			const {forks, json = false, step = false} = options;
			process.exitCode = await carryOut(selected, {
				forks,
				json,
				step,
				access: await readAccess(options),
				call: await callOf(file, options),
			});
		});
}

/** What a resumed run is called with: paths from the root, as it may be resumed from elsewhere. */
async function callOf(file: string, options: RunOptions): Promise<Call> {
	const {digestOf} = await import('./saved-run.ts');
	const {inventory = [], extraVars = [], forks, vaultPasswordFile, vaultId, askVaultPass} = options;
	const {limit, tags, skipTags, startAtTask} = options;
	return {
		playbook: resolve(file),
		digest: await digestOf(file),
		inventory: inventory.map(source => (source.includes(',') ? source : resolve(source))),
		extraVars: extraVars.length,
		forks,
		select: JSON.parse(JSON.stringify({limit, tags, skipTags, startAtTask})),
		vault: JSON.parse(JSON.stringify({vaultPasswordFile, vaultId, askVaultPass})),
	};
}

function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1');
	return number;
}
