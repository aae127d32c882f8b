import type {AdjacentVars} from './adjacent-vars.ts';
import type {InventoryDraft} from './draft.ts';
import type {VariableLayer} from './inventory.ts';

/** The variables next to the inventories and next to the playbooks, in the order in which those are named. */
export type AdjacentVarsSets = {
	readonly inventory: readonly AdjacentVars[];
	readonly playbook: readonly AdjacentVars[];
};

/** The layers of a host in the given groups, outermost group first, in ascending precedence. */
export type Layering = (host: string, groups: readonly string[]) => readonly VariableLayer[];

export function layering({groups, hosts}: InventoryDraft, {inventory, playbook}: AdjacentVarsSets): Layering {
	const places = [
		...inventory.map(beside => ({beside, place: 'beside inventory'}) as const),
		...playbook.map(beside => ({beside, place: 'beside playbook'}) as const),
	];
	const written = new Map(
		[...groups.values()].map(({name, vars}): [string, VariableLayer] => [
			name,
			{of: 'group', name, place: 'inventory', vars},
		]),
	);
	const besides = places.map(({beside, place}) => ({
		groups: layersOf('group', beside.groups, place),
		hosts: layersOf('host', beside.hosts, place),
	}));
	const ofAll = besides.flatMap(beside => beside.groups.get('all') ?? []);
	return (host, names) =>
		[
			written.get('all'),
			...names.map(name => written.get(name)),
			...ofAll,
			...besides.flatMap(beside => names.map(name => beside.groups.get(name))),
			{of: 'host', name: host, place: 'inventory', vars: hosts.get(host)?.vars ?? {}} as const,
			...besides.map(beside => beside.hosts.get(host)),
		].filter(layer => layer !== undefined && Object.keys(layer.vars).length > 0) as readonly VariableLayer[];
}

function layersOf(
	of: VariableLayer['of'],
	vars: AdjacentVars['groups'],
	place: VariableLayer['place'],
): ReadonlyMap<string, VariableLayer> {
	return new Map([...vars].map(([name, vars]): [string, VariableLayer] => [name, {of, name, place, vars}]));
}
