import {Command, InvalidArgumentError} from 'commander';
import type {EndpointDefaults} from '../ssh/endpoint.ts';
import {collect} from './collect.ts';
import {type InventoryChoice, vaultOf, withInventory} from './inventory-options.ts';
import {type SelectOptions, withSelectOptions} from './select.ts';

type RunOptions = InventoryChoice &
	SelectOptions & {
		readonly extraVars?: readonly string[];
		readonly forks: number;
		readonly json?: true;
		readonly step?: true;
		readonly listHosts?: true;
		readonly listTasks?: true;
		readonly listTags?: true;
		readonly acceptNewHostKeys?: true;
		readonly askPass?: true;
		readonly askBecomePass?: true;
	};

/** `vacate run PLAYBOOK`: does what a playbook says. */
export function runCommand(): Command {
	const command = new Command('run').description('Run a playbook.').argument('<playbook>');
	return withSelectOptions(withInventory(command, 'the hosts'))
		.option('-e, --extra-vars <vars>', 'name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--step', 'ask before each task')
		.option('--list-hosts', 'only list the hosts that would be taken')
		.option('--list-tasks', 'only list the tasks that would be done')
		.option('--list-tags', 'only list the tags that there are')
		.option('-f, --forks <number>', 'hosts that work at a task at once', positive, 20)
		.option('--accept-new-host-keys', 'believe a host of which no key is known, and write its key down')
		.option('-k, --ask-pass', 'ask for the password to log in with')
		.option('-K, --ask-become-pass', 'ask for the password of sudo')
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
			process.exitCode = await carryOut(selected, {forks, json, step, access: await readAccess(options)});
		});
}

/** What the command line says about logging in, for every host whose variables do not. */
async function readAccess(options: RunOptions): Promise<EndpointDefaults> {
	const {askSecret} = await import('./ask.ts');
	const password = options.askPass && (await askSecret('Password to log in: '));
	const becomePassword = options.askBecomePass && (await askSecret('Password of sudo: '));
	return {
		acceptNewHostKeys: options.acceptNewHostKeys === true,
		...(password === undefined ? {} : {password}),
		...(becomePassword === undefined ? {} : {becomePassword}),
	};
}

function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1');
	return number;
}
