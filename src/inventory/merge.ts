import {InputError} from '../errors.ts';
import type {Template} from '../template/template.ts';
import type {Group, Host, Inventory} from './inventory.ts';
import type {SourceGroup, SourceInventory} from './source.ts';

/**
 * Makes one inventory of all sources. `all` is every host; a host in no other group is in `ungrouped`. Variables win in
 * Ansible's order: `all`, then groups from the outside in (those of the same depth by name), then the host.
 */
export function merge(sources: readonly SourceInventory[]): Inventory {
	const groups = mergeGroups(sources);
	const own = mergeHosts(sources);
	const members = new Map([...groups.keys()].map(name => [name, membersOf(name, groups)]));
	const everyone = [...new Set([...(members.get('all') ?? []), ...[...members.values()].flat(), ...own.keys()])];
	members.set('all', everyone);
	const grouped = new Set(
		[...members].filter(([name]) => name !== 'all' && name !== 'ungrouped').flatMap(([, hosts]) => hosts),
	);
	members.set(
		'ungrouped',
		everyone.filter(host => !grouped.has(host)),
	);

	const depths = new Map([...groups.keys()].map(name => [name, depthOf(name, groups)]));
	const order = [...members.keys()].sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0) || (a < b ? -1 : 1));
	const outsideIn = ['all', ...order.filter(name => name !== 'all')];
	const hosts = everyone.map((name): [string, Host] => {
		const groupsOf = outsideIn.filter(group => members.get(group)?.includes(name));
		const vars = Object.assign({}, ...groupsOf.map(group => groups.get(group)?.vars), own.get(name));
		return [name, {name, vars, groups: groupsOf.filter(group => group !== 'all').sort()}];
	});
	return {
		files: sources.map(({file}) => file),
		hosts: new Map(hosts),
		groups: new Map([...members].map(([name, of]): [string, Group] => [name, {name, hosts: of}])),
	};
}

function mergeGroups(sources: readonly SourceInventory[]): ReadonlyMap<string, SourceGroup> {
	const merged = new Map<string, SourceGroup>();
	for (const {name, hosts, children, vars} of sources.flatMap(source => [...source.groups.values()])) {
		const group = merged.get(name) ?? {name, hosts: [], children: [], vars: {}};
		merged.set(name, {
			name,
			hosts: [...new Set([...group.hosts, ...hosts])],
			children: [...new Set([...group.children, ...children])],
			vars: {...group.vars, ...vars},
		});
	}
	return merged;
}

function mergeHosts(sources: readonly SourceInventory[]): ReadonlyMap<string, Readonly<Record<string, Template>>> {
	const merged = new Map<string, Readonly<Record<string, Template>>>();
	for (const {name, vars} of sources.flatMap(source => [...source.hosts.values()])) {
		merged.set(name, {...merged.get(name), ...vars});
	}
	return merged;
}

/** @throws InputError when groups contain each other. */
function membersOf(
	name: string,
	groups: ReadonlyMap<string, SourceGroup>,
	above: readonly string[] = [],
): readonly string[] {
	if (above.includes(name)) {
		throw new InputError([{message: `groups contain each other: ${[...above, name].join(' > ')}`}]);
	}
	const group = groups.get(name);
	if (group === undefined) return [];
	const below = group.children.flatMap(child => membersOf(child, groups, [...above, name]));
	return [...new Set([...group.hosts, ...below])];
}

/** How far a group is from the outermost one that holds it. */
function depthOf(name: string, groups: ReadonlyMap<string, SourceGroup>): number {
	const parents = [...groups.values()].filter(({children}) => children.includes(name));
	return parents.length === 0 ? 0 : 1 + Math.max(...parents.map(parent => depthOf(parent.name, groups)));
}
