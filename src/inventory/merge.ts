import {InputError} from '../errors.ts';
import {Scope} from '../template/scope.ts';
import type {Template} from '../template/template.ts';
import type {Group, Host, Inventory, Vars} from './inventory.ts';
import type {SourceGroup, SourceInventory} from './source.ts';

/**
 * Makes one inventory of all sources. `all` is every host; a host in no other group is in `ungrouped`. Variables win in
 * Ansible's order: groups from the outside in, those of the same depth by `ansible_group_priority` and then by name,
 * and the host's own before all.
 *
 * @throws InputError when groups contain each other.
 */
export function merge(sources: readonly SourceInventory[]): Inventory {
	const groups = withRoots(mergeGroups(sources), sources);
	refuseLoops(groups);
	const depths = depthsOf(groups);
	const outsideIn = [...groups.values()].sort(
		(a, b) =>
			(depths.get(a.name) ?? 0) - (depths.get(b.name) ?? 0) ||
			priorityOf(a.vars) - priorityOf(b.vars) ||
			(a.name < b.name ? -1 : 1),
	);
	const members = new Map([...groups.keys()].map(name => [name, membersOf(name, groups)]));
	const groupsOf = new Map<string, SourceGroup[]>();
	for (const group of outsideIn) {
		for (const host of members.get(group.name) ?? []) groupsOf.set(host, [...(groupsOf.get(host) ?? []), group]);
	}
	const own = mergeHosts(sources);
	const hosts = (members.get('all') ?? []).map((name): [string, Host] => {
		const around = groupsOf.get(name) ?? [];
		const vars = Object.fromEntries([...around.map(group => group.vars), own.get(name) ?? {}].flatMap(Object.entries));
		const names = around.map(group => group.name).filter(group => group !== 'all');
		return [name, {name, vars, groups: names.sort()}];
	});
	return {
		files: sources.map(({file}) => file),
		hosts: new Map(hosts),
		groups: new Map([...members].map(([name, of]): [string, Group] => [name, {name, hosts: of}])),
	};
}

type Groups = ReadonlyMap<string, SourceGroup>;

function mergeGroups(sources: readonly SourceInventory[]): Groups {
	const merged = new Map<string, SourceGroup>();
	for (const {name, hosts, children, vars} of sources.flatMap(source => [...source.groups.values()])) {
		const group = merged.get(name);
		merged.set(name, {
			name,
			hosts: [...new Set([...(group?.hosts ?? []), ...hosts])],
			children: new Map([...(group?.children ?? []), ...children]),
			vars: {...group?.vars, ...vars},
		});
	}
	return merged;
}

/** Puts every group that is in no other into `all`, and every host that is in none into `ungrouped`. */
function withRoots(groups: Groups, sources: readonly SourceInventory[]): Groups {
	const all = groups.get('all') ?? emptyGroup('all');
	const children = new Set([...groups.values()].flatMap(group => [...group.children.keys()]));
	const tops = [...groups.keys()].filter(name => name !== 'all' && name !== 'ungrouped' && !children.has(name));
	const grouped = new Set(
		[...groups.values()].filter(({name}) => name !== 'all' && name !== 'ungrouped').flatMap(({hosts}) => hosts),
	);
	const everyone = new Set([...all.hosts, ...sources.flatMap(source => [...source.hosts.keys()])]);
	const ungrouped = {
		...(groups.get('ungrouped') ?? emptyGroup('ungrouped')),
		hosts: [...everyone].filter(host => !grouped.has(host)),
	};
	const withTops = new Map([
		['ungrouped', undefined] as const,
		...all.children,
		...tops.map(name => [name, undefined] as const),
	]);
	return new Map([['all', {...all, hosts: [], children: withTops}], ['ungrouped', ungrouped], ...without(groups)]);
}

function without(groups: Groups): Groups {
	return new Map([...groups].filter(([name]) => name !== 'all' && name !== 'ungrouped'));
}

function emptyGroup(name: string): SourceGroup {
	return {name, hosts: [], children: new Map(), vars: {}};
}

function mergeHosts(sources: readonly SourceInventory[]): ReadonlyMap<string, Vars> {
	const merged = new Map<string, Vars>();
	for (const {name, vars} of sources.flatMap(source => [...source.hosts.values()])) {
		merged.set(name, {...merged.get(name), ...vars});
	}
	return merged;
}

function refuseLoops(groups: Groups): void {
	const done = new Set<string>();
	const visit = (name: string, above: readonly string[]): void => {
		if (done.has(name)) return;
		for (const [child, problem] of groups.get(name)?.children ?? []) {
			const path = [...above, name];
			if (path.includes(child)) {
				const message = `groups contain each other: ${[...path.slice(path.indexOf(child)), child].join(' > ')}`;
				throw new InputError([problem?.(message) ?? {message}]);
			}
			visit(child, path);
		}
		done.add(name);
	};
	for (const name of groups.keys()) visit(name, []);
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
	return [...new Set([...names].flatMap(group => groups.get(group)?.hosts ?? []))];
}

function priorityOf({ansible_group_priority: priority}: Readonly<Record<string, Template>>): number {
	return priority?.constant === true ? Number(priority.evaluate(new Scope([]))) || 1 : 1;
}
