import {glob, type Matches} from '../glob/glob.ts';
import type {Node, Play, Playbook} from '../playbook/model.ts';
import {walkTasks} from '../playbook/walk.ts';

/** A playbook starting at the first task with that name; undefined if there is none. `*` and `?` match any characters. */
export function startingAt(playbook: Playbook, name: string): Playbook | undefined {
	const matches = matcherOf(name);
	for (const [index, play] of playbook.plays.entries()) {
		const from = playFrom(play, matches);
		if (from !== undefined) return {...playbook, plays: [from, ...playbook.plays.slice(index + 1)]};
	}
	return undefined;
}

/** The names of tasks at which a run can start. */
export function taskNames({plays}: Playbook): readonly string[] {
	return plays.flatMap(({preTasks, tasks, postTasks}) =>
		[...walkTasks([...preTasks, ...tasks, ...postTasks])].map(({name}) => name),
	);
}

function matcherOf(name: string): Matches {
	const pattern = glob(name);
	return other => other === name || pattern(other);
}

const sections = ['preTasks', 'tasks', 'postTasks'] as const;

function playFrom(play: Play, matches: Matches): Play | undefined {
	for (const [index, section] of sections.entries()) {
		const from = nodesFrom(play[section], matches);
		if (from === undefined) continue;
		const before = Object.fromEntries(sections.slice(0, index).map(name => [name, []]));
		return {...play, ...before, [section]: from};
	}
	return undefined;
}

/** The tasks that run without a failure: those of a block and of its `always`. */
function nodesFrom(nodes: readonly Node[], matches: Matches): readonly Node[] | undefined {
	for (const [index, node] of nodes.entries()) {
		const rest = nodes.slice(index + 1);
		if (node.kind !== 'block') {
			if (matches(node.name)) return [node, ...rest];
			continue;
		}
		const block = nodesFrom(node.block, matches);
		if (block !== undefined) return [{...node, block}, ...rest];
		const always = nodesFrom(node.always, matches);
		if (always !== undefined) return [{...node, block: [], rescue: [], always}, ...rest];
	}
	return undefined;
}
