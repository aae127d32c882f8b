import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {withAccess} from '../options/access.ts';
import {withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';
import {originOf, withWhy} from '../origin.ts';
import type {WrapPorts} from '../ports.ts';
import type {TaskOptions} from '../run-task.ts';

/** `vacate cordon HOST`: refuses starts and incoming migrations, as a run of the step `cordon`. */
export function cordonCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('cordon')
		.helpGroup(commandGroups.hosts)
		.description(
			'Refuse starts of guests and incoming migrations on hosts, until vacate uncordon or until the cordon expires. Running guests are not affected.',
		)
		.argument('<pattern>', 'hosts to cordon')
		.option('--expires-after <duration>', 'when the cordon ends by itself, such as "8 h" (default: 24 h)');
	return withWhy(withAccess(withInventory(command, 'inventory of the hosts')))
		.option('-e, --extra-vars <vars>', 'variables that the inventory requires (repeatable)', collect)
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (hosts: string, options: TaskOptions & {readonly expiresAfter?: string}) => {
			const {operator, sudo_user: sudoUser = operator, controller, ticket} = originOf(options);
			const {runTask} = await import('../run-task.ts');
			const reason = [options.reason ?? 'maintenance', ...(ticket === undefined ? [] : [ticket])].join(', ');
			const task = {
				cordon: {
					owner: `${sudoUser}@${controller}`,
					reason,
					...(options.expiresAfter === undefined ? {} : {expires_after: options.expiresAfter}),
				},
			};
			setExitCode(await runTask({command: 'cordon', title: `Cordon ${hosts}`, hosts, task}, options, wrapPorts));
		});
}
