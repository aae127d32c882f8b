import {dirname, resolve} from 'node:path';
import {InputError, type Problem} from '../errors.ts';
import {literal} from '../template/template.ts';
import type {Beside} from './beside.ts';
import type {Draft, DraftGroup, DraftHost} from './draft.ts';
import type {Group, Host, Inventory, Layer, Vars} from './inventory.ts';

/** What lies beside the inventories, and beside the playbooks, in the order in which they are named. */
export type Besides = {readonly inventory: readonly Beside[]; readonly playbook: readonly Beside[]};

type Groups = ReadonlyMap<string, DraftGroup>;

/** The names under which this machine is known everywhere. */
const localNames = ['localhost', '127.0.0.1', '::1'];

/**
 * Makes an inventory of a draft. `all` holds every group that is in no other; a host in no other group is in `ungrouped`.
 *
 * The variables of a host win in Ansible's order: those of `all`, then of its groups, in the inventory; those of `all` in
 * `group_vars/` beside the inventory, then beside the playbook; those of its groups there, in the same way; its own in
 * the inventory, in `host_vars/` beside the inventory, and beside the playbook. Groups go from the outside in, those of
 * the same depth by `ansible_group_priority` and then by name.
 *
 * @throws InputError when groups contain each other.
 */
export function settle(draft: Draft, besides: Besides, files: readonly string[]): Inventory {
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
		return [host.name, settleHost(host, around, layersOf(host.name, around), false)];
	});
	return {
		files,
		hosts: new Map([...settled, ...implicitHost(draft, layersOf)]),
		groups: new Map([...groups.values()].map((group): [string, Group] => [group.name, settleGroup(group, members)])),
		unusedFiles: [...new Set([...besides.inventory, ...besides.playbook].flatMap(beside => beside.unusedFiles))].sort(),
	};
}

/** Every group that is in no other is in `all`. */
function adopt(draft: Draft): void {
	const children = new Set([...draft.groups.values()].flatMap(group => [...group.children.keys()]));
	for (const name of draft.groups.keys()) if (name !== 'all' && !children.has(name)) draft.child('all', name);
}

function refuseLoops(groups: Groups): void {
	const problems: Problem[] = [];
	const done = new Set<string>();
	const visit = (name: string, above: readonly string[]): void => {
		const path = [...above, name];
		for (const [child, tell] of groups.get(name)?.children ?? []) {
			if (path.includes(child)) {
				const message = `groups contain each other: ${[...path.slice(path.indexOf(child)), child].join(' > ')}`;
				problems.push(tell?.(message) ?? {message});
			} else if (!done.has(child)) visit(child, path);
		}
		done.add(name);
	};
	for (const name of groups.keys()) if (!done.has(name)) visit(name, []);
	if (problems.length > 0) throw new InputError(problems);
}

/** Hosts of no other group are in `ungrouped`, and only they. */
function findUngrouped({groups, hosts}: Draft): void {
	const grouped = new Set(
		[...groups.values()].filter(({name}) => name !== 'all' && name !== 'ungrouped').flatMap(group => [...group.hosts]),
	);
	const ungrouped = groups.get('ungrouped')?.hosts;
	for (const host of hosts.keys()) {
		if (grouped.has(host)) ungrouped?.delete(host);
		else ungrouped?.add(host);
	}
}

/** How far each group is from `all`, by the longest way. */
function depthsOf(groups: Groups): ReadonlyMap<string, number> {
	const depths = new Map([['all', 0]]);
	const sink = (name: string, depth: number): void => {
		for (const child of groups.get(name)?.children.keys() ?? []) {
			if ((depths.get(child) ?? -1) > depth) continue;
			depths.set(child, depth + 1);
			sink(child, depth + 1);
		}
	};
	sink('all', 0);
	return depths;
}

/** The hosts of a group, and then those of the groups below it, level by level. */
function membersOf(name: string, groups: Groups): readonly string[] {
	const names = new Set([name]);
	for (const below of names) for (const child of groups.get(below)?.children.keys() ?? []) names.add(child);
	return [...new Set([...names].flatMap(group => [...(groups.get(group)?.hosts ?? [])]))];
}

/** The layers of a host in the given groups, outermost first, the weakest layer first. */
type Layering = (host: string, groups: readonly string[]) => readonly Layer[];

function layering({groups, hosts}: Draft, {inventory, playbook}: Besides): Layering {
	const places = [
		...inventory.map(beside => ({beside, place: 'beside inventory'}) as const),
		...playbook.map(beside => ({beside, place: 'beside playbook'}) as const),
	];
	const written = new Map(
		[...groups.values()].map(({name, vars}): [string, Layer] => [name, {of: 'group', name, place: 'inventory', vars}]),
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
		].filter(layer => layer !== undefined && Object.keys(layer.vars).length > 0) as readonly Layer[];
}

function layersOf(of: Layer['of'], vars: Beside['groups'], place: Layer['place']): ReadonlyMap<string, Layer> {
	return new Map([...vars].map(([name, vars]): [string, Layer] => [name, {of, name, place, vars}]));
}

function settleHost(
	{name, file}: Pick<DraftHost, 'name' | 'file'>,
	groups: readonly string[],
	layers: readonly Layer[],
	implicit: boolean,
): Host {
	const known = {
		inventory_file: literal(file),
		inventory_dir: literal(dirname(resolve(file))),
		inventory_hostname_short: literal(/^[\d.]+$|:/.test(name) ? name : (name.split('.')[0] ?? name)),
	};
	const vars: Vars = Object.assign({}, known, ...layers.map(layer => layer.vars));
	return {name, vars, layers, groups: groups.toSorted(), implicit};
}

function settleGroup({name, hosts, children}: DraftGroup, members: ReadonlyMap<string, readonly string[]>): Group {
	return {name, hosts: members.get(name) ?? [], own: [...hosts], children: [...children.keys()]};
}

/**
 * `localhost` can be named in a play without being in the inventory. It is reached without ssh; what `all` says of
 * connections does not hold for it.
 */
function implicitHost({hosts}: Draft, layersOf: Layering): readonly (readonly [string, Host])[] {
	if (localNames.some(name => hosts.has(name))) return [];
	const [name = ''] = localNames;
	const layers = layersOf(name, []).map(layer => ({
		...layer,
		vars: Object.fromEntries(Object.entries(layer.vars).filter(([variable]) => !variable.startsWith('ansible_'))),
	}));
	const host = settleHost({name, file: '.'}, [], layers, true);
	return [[name, {...host, vars: {ansible_connection: literal('local'), ...host.vars}}]];
}
