import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {withAccess} from '../options/access.ts';
import {withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';
import {withWhy} from '../origin.ts';
import type {WrapPorts} from '../ports.ts';
import type {TaskOptions} from '../run-task.ts';

/** `vacate uncordon HOST`: lifts the cordon, as a run of the step `uncordon`. */
export function uncordonCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('uncordon')
		.helpGroup(commandGroups.hosts)
		.description('Lift the cordon of hosts, whoever set it.')
		.argument('<pattern>', 'hosts to uncordon');
	return withWhy(withAccess(withInventory(command, 'inventory of the hosts')))
		.option('-e, --extra-vars <vars>', 'variables that the inventory requires (repeatable)', collect)
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (hosts: string, options: TaskOptions) => {
			const {runTask} = await import('../run-task.ts');
			const task = {uncordon: null};
			setExitCode(await runTask({command: 'cordon', title: `Uncordon ${hosts}`, hosts, task}, options, wrapPorts));
		});
}
