import {dirname, resolve} from 'node:path';
import {literal} from '../template/template.ts';
import type {DraftGroup, DraftHost, InventoryDraft} from './draft.ts';
import {adopt, depthsOf, findUngrouped, membersOf, refuseLoops} from './group-tree.ts';
import type {Group, Host, Inventory, VariableLayer, Vars} from './inventory.ts';
import {type AdjacentVarsSets, type Layering, layering} from './layering.ts';
import {localNames} from './this-machine.ts';

/**
 * Turns a draft into an inventory. Every group without a parent is in `all`; a host in no other group is in
 * `ungrouped`.
 *
 * The variables of a host have Ansible's precedence, lowest first: those of `all`, then of its groups, in the
 * inventory; those of `all` in `group_vars/` next to the inventory, then next to the playbook; those of its groups
 * there, in the same order; its own in the inventory, in `host_vars/` next to the inventory, and next to the playbook.
 * Groups are ordered from the outside in, those of the same depth by `ansible_group_priority` and then by name.
 *
 * @throws InputError if groups contain each other.
 */
export function finalizeInventory(
	draft: InventoryDraft,
	besides: AdjacentVarsSets,
	files: readonly string[],
): Inventory {
	const {groups, hosts} = draft;
	adopt(draft);
	refuseLoops(groups);
	findUngrouped(draft);
	const depths = depthsOf(groups);
	const outsideIn = [...groups.values()].sort(
		(a, b) =>
			(depths.get(a.name) ?? 0) - (depths.get(b.name) ?? 0) || a.priority - b.priority || (a.name < b.name ? -1 : 1),
	);
	const members = new Map([...groups.keys()].map(name => [name, membersOf(name, groups)]));
	const groupsOf = new Map<string, DraftGroup[]>([...hosts.keys()].map(name => [name, []]));
	for (const group of outsideIn) {
		for (const host of members.get(group.name) ?? []) groupsOf.get(host)?.push(group);
	}
	const layersOf = layering(draft, besides);
	const settled = [...hosts.values()].map((host): [string, Host] => {
		const around = (groupsOf.get(host.name) ?? []).filter(({name}) => name !== 'all').map(({name}) => name);
		return [host.name, settleHost(host, around, layersOf(host.name, around))];
	});
	return {
		files,
		hosts: new Map([...settled, ...implicitHost(draft, layersOf)]),
		groups: new Map([...groups.values()].map((group): [string, Group] => [group.name, settleGroup(group, members)])),
		unusedFiles: [...new Set([...besides.inventory, ...besides.playbook].flatMap(beside => beside.unusedFiles))].sort(),
	};
}

function settleHost({name, file}: DraftHost, groups: readonly string[], layers: readonly VariableLayer[]): Host {
	const known = {
		inventory_file: literal(file),
		inventory_dir: literal(dirname(resolve(file))),
		inventory_hostname_short: literal(/^[\d.]+$|:/.test(name) ? name : (name.split('.')[0] ?? name)),
	};
	const vars: Vars = Object.assign({}, known, ...layers.map(layer => layer.vars));
	return {name, vars, layers, groups: groups.toSorted(), implicit: false};
}

function settleGroup({name, hosts, children}: DraftGroup, members: ReadonlyMap<string, readonly string[]>): Group {
	return {name, hosts: members.get(name) ?? [], own: [...hosts], children: [...children.keys()]};
}

/**
 * A play can name `localhost` without it being in the inventory. It is reached without SSH; the connection variables of
 * `all` do not apply to it.
 */
function implicitHost({hosts}: InventoryDraft, layersOf: Layering): readonly (readonly [string, Host])[] {
	const [name = ''] = localNames;
	if (localNames.some(name => hosts.has(name))) return [];
	const layers = layersOf(name, []).map(layer => (layer.of === 'host' ? layer : withoutConnection(layer)));
	const known = {ansible_connection: literal('local'), inventory_hostname_short: literal(name)};
	const vars: Vars = Object.assign({}, known, ...layers.map(layer => layer.vars));
	return [[name, {name, vars, layers, groups: [], implicit: true}]];
}

function withoutConnection(layer: VariableLayer): VariableLayer {
	const vars = Object.entries(layer.vars).filter(([name]) => !name.startsWith('ansible_'));
	return {...layer, vars: Object.fromEntries(vars)};
}
