import type {Inventory} from '../inventory/inventory.ts';
import type {Play, Task} from '../playbook/model.ts';
import {type Layer, Scope} from '../template/scope.ts';

/** Values that come with a host, whatever the inventory says. */
export const magicNames = ['inventory_hostname', 'group_names', 'groups', 'ansible_play_hosts'] as const;

/** What the run has learned of each host: registered results. Data, never evaluated. */
export type Learned = Readonly<Record<string, unknown>>;

/**
 * The variables of a host in a play. First wins: magic, given on the command line, registered, of the task, of the play, of
 * the inventory.
 */
export function hostScope(
	inventory: Inventory,
	play: Play,
	playHosts: readonly string[],
	host: string,
	given: Readonly<Record<string, unknown>>,
	learned: Learned,
	task?: Task,
): Scope {
	const found = inventory.hosts.get(host);
	const groups = Object.fromEntries([...inventory.groups.values()].map(({name, hosts}) => [name, hosts]));
	const magic = {
		inventory_hostname: host,
		group_names: found?.groups ?? [],
		groups,
		ansible_play_hosts: playHosts,
	} satisfies Record<(typeof magicNames)[number], unknown>;
	const layers: readonly Layer[] = [
		{data: magic},
		{data: given},
		{data: learned},
		...(task === undefined ? [] : [{written: task.vars}]),
		{written: play.vars},
		{written: found?.vars ?? {}},
	];
	return new Scope(layers);
}
