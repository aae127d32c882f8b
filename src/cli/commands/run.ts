import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect, positive} from '../options/parsers.ts';
import {type SelectOptions, withSelectOptions} from '../options/select.ts';
import {type OverrideOptions, originOf, type WhyOptions, withOverride, withWhy} from '../origin.ts';
import type {WrapPorts} from '../ports.ts';

type RunOptions = InventoryChoice &
	SelectOptions &
	AccessOptions &
	WhyOptions &
	OverrideOptions & {
		readonly extraVars?: readonly string[];
		readonly forks: number;
		readonly json?: true;
		readonly step?: true;
		readonly listHosts?: true;
		readonly listTasks?: true;
		readonly listTags?: true;
		readonly yes?: true;
		readonly check?: true;
	};

/** `vacate run PLAYBOOK`: runs a playbook. */
export function runCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('run')
		.helpGroup(commandGroups.runs)
		.description('Plan a playbook, show the plan, ask for approval and apply it.')
		.argument('<playbook>');
	return withOverride(withWhy(withAccess(withSelectOptions(withInventory(command, 'inventory')))))
		.option('-e, --extra-vars <vars>', 'set variables: name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--step', 'ask before each task')
		.option('--list-hosts', 'only list the hosts of each play')
		.option('--list-tasks', 'only list the tasks that would be run')
		.option('--list-tags', 'only list the tags')
		.option('-f, --forks <number>', 'number of hosts that run a task at the same time', positive, 20)
		.option('-y, --yes', 'apply the plan without asking for approval')
		.option('-C, --check', 'only plan and show the result, the same as `vacate plan --check-only`')
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (file: string, options: RunOptions) => {
			const {loadInputs} = await import('../inputs.ts');
			const {listed, select} = await import('../options/select-inputs.ts');
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
				const {listingText} = await import('../../views/listing.ts');
				process.stdout.write(listingText(file, listed(selected), list));
				return;
			}
			if (options.check) {
				const {planAndTell} = await import('./plan.ts');
				return planAndTell(selected, file, {...options, checkOnly: true});
			}
			const {invocationOf} = await import('../invocation.ts');
			const [{startRun}, {planned}] = await Promise.all([import('../compose.ts'), import('../approved-plan.ts')]);
			const {forks, json = false, step = false, inventory = [], extraVars = []} = options;
			// A script cannot be asked.
			const asks = options.yes !== true && process.stdin.isTTY && process.stdout.isTTY;
			const output = json ? process.stderr : process.stdout;
			const origin = originOf(options);
			const {readPolicy} = await import('../../store/policy-file.ts');
			const policy = await readPolicy();
			const prepare = planned(
				selected,
				{...options, playbook: file, inventory, extraVars},
				{
					output,
					asks,
					origin,
					override: options.override,
					policy,
				},
			);
			const exitCode = await startRun(selected, {
				wrapPorts,
				forks,
				json,
				step,
				access: await readAccess(options),
				origin,
				policy,
				prepare,
				call: await invocationOf(file, options),
			});
			setExitCode(exitCode);
		});
}
