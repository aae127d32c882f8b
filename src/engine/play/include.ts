import {InputError} from '../../errors.ts';
import type {Vars} from '../../inventory/inventory.ts';
import {hostScope} from '../../plan/variables.ts';
import type {Include, Node} from '../../playbook/model.ts';
import type {Scope} from '../../template/scope.ts';
import {literal} from '../../template/template.ts';
import {firstUntrue, isSet, knownText} from '../conditions.ts';
import type {Cohort} from './cohort.ts';
import {type Item, itemsOf} from './loop.ts';
import type {PlayRun} from './play-state.ts';
import {nodeName, refuseNode, skipped} from './refuse.ts';

/** Included tasks, and the hosts that included them. */
export type Included = {readonly nodes: readonly Node[]; readonly hosts: readonly string[]};

type Asked = {readonly file: string; readonly item: Item; readonly host: string};

/** Maximum nesting depth, to detect files that include themselves. */
const maxDepth = 50;

/** Runs an `include_tasks`: hosts that include the same file with the same item run it together. */
export async function includedBy(node: Include, {hosts}: Cohort, run: PlayRun): Promise<readonly Included[]> {
	const {emit, world} = run.state.input;
	emit({type: 'task-started', at: world.clock.now(), task: node.id, name: node.name, hosts});
	const asked = askers(node, hosts, run).flatMap(host => asksFor(node, host, run));
	return grouped(asked).flatMap(group => {
		const [{file, item}] = group as [Asked, ...Asked[]];
		const members = group.map(({host}) => host);
		const nodes = opened(node, file, item, members, run);
		return nodes === undefined ? [] : [{nodes, hosts: members}];
	});
}

/** All hosts, or only the first with `run_once`. */
function askers(node: Include, hosts: readonly string[], run: PlayRun): readonly string[] {
	try {
		const once = isSet(node.runOnce, hostScope(run.setting, hosts[0] ?? '', node), node.place);
		return once ? hosts.slice(0, 1) : hosts;
	} catch (error) {
		for (const host of hosts) refuseNode(node, host, error, run);
		return [];
	}
}

function asksFor(node: Include, host: string, run: PlayRun): readonly Asked[] {
	const scope = hostScope(run.setting, host, node);
	try {
		const items = itemsOf(node, scope);
		if (items.length === 0) skipped(nodeName(node, host), 'no items in the list', run.state);
		return items.flatMap(item => {
			const inside: Scope = scope.with({data: item.names});
			const untrue = firstUntrue(node.when, inside);
			if (untrue === undefined) return [{file: knownText(node.file.evaluate(inside)), item, host}];
			skipped(nodeName(node, host, item), `condition is false: ${untrue}`, run.state);
			return [];
		});
	} catch (error) {
		refuseNode(node, host, error, run);
		return [];
	}
}

function opened(
	node: Include,
	file: string,
	{suffix, names}: Item,
	hosts: readonly string[],
	run: PlayRun,
): readonly Node[] | undefined {
	try {
		if (node.id.split('.').length > maxDepth) {
			throw new InputError([node.place.problem(`include_tasks exceeds the limit of ${maxDepth} nested files`, '')]);
		}
		const vars: Vars = Object.fromEntries(Object.entries(names).map(([name, value]) => [name, literal(value)]));
		return node.open(file, node.id + suffix, vars);
	} catch (error) {
		for (const host of hosts) refuseNode(node, host, error, run);
		return undefined;
	}
}

function grouped(asked: readonly Asked[]): readonly (readonly Asked[])[] {
	const groups = new Map<string, Asked[]>();
	for (const one of asked) {
		const key = JSON.stringify([one.file, one.item]);
		groups.set(key, [...(groups.get(key) ?? []), one]);
	}
	return [...groups.values()];
}
