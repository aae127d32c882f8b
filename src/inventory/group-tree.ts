import {InputError, type Problem} from '../errors.ts';
import type {DraftGroup, InventoryDraft} from './draft.ts';

type Groups = ReadonlyMap<string, DraftGroup>;

/** Makes `all` the parent of every group that has no other parent. */
export function adopt(draft: InventoryDraft): void {
	const children = new Set([...draft.groups.values()].flatMap(group => [...group.children.keys()]));
	for (const name of draft.groups.keys()) if (name !== 'all' && !children.has(name)) draft.child('all', name);
}

/** @throws InputError if groups contain each other. */
export function refuseLoops(groups: Groups): void {
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

/** Puts hosts that are in no other group into `ungrouped`. */
export function findUngrouped({groups, hosts}: InventoryDraft): void {
	const grouped = new Set(
		[...groups.values()].filter(({name}) => name !== 'all' && name !== 'ungrouped').flatMap(group => [...group.hosts]),
	);
	const ungrouped = groups.get('ungrouped')?.hosts;
	for (const host of hosts.keys()) {
		if (grouped.has(host)) ungrouped?.delete(host);
		else ungrouped?.add(host);
	}
}

/** The depth of each group below `all`, by the longest path. */
export function depthsOf(groups: Groups): ReadonlyMap<string, number> {
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

/** The hosts of a group, followed by those of its descendants, level by level. */
export function membersOf(name: string, groups: Groups): readonly string[] {
	const names = new Set([name]);
	for (const below of names) for (const child of groups.get(below)?.children.keys() ?? []) names.add(child);
	return [...new Set([...names].flatMap(group => [...(groups.get(group)?.hosts ?? [])]))];
}
