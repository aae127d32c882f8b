import {InputError} from '../../errors.ts';
import {limitPattern} from '../../inventory/limit.ts';
import {matchHosts} from '../../inventory/patterns.ts';
import {checkPlaybook, hostsOfPlay} from '../../plan/check.ts';
import {startingAt, taskNames} from '../../plan/start-at.ts';
import {isWanted, type TagChoice} from '../../plan/tags.ts';
import {tagsOf} from '../../playbook/inherit.ts';
import {walkWritten} from '../../playbook/walk.ts';
import {nearest} from '../../spelling/nearest.ts';
import {Scope} from '../../template/scope.ts';
import type {ListedPlay} from '../../views/listing.ts';
import {endpointProblems} from '../endpoints.ts';
import type {Inputs} from '../inputs.ts';
import type {SelectOptions} from './select.ts';

/** The inputs after the selection of hosts and tasks. */
export type Selected = Inputs & {
	readonly tags: TagChoice;
	readonly limit?: {readonly pattern: string; readonly hosts: ReadonlySet<string>};
};

/** @throws InputError for unknown hosts or tasks. */
export function select(inputs: Inputs, options: SelectOptions): Selected {
	const {inventory, given} = inputs;
	const tags = {only: tagsOf(options.tags), skip: tagsOf(options.skipTags)};
	const playbook = options.startAtTask === undefined ? inputs.playbook : startAt(inputs, options.startAtTask);
	if (options.limit === undefined) return connectable({...inputs, playbook, tags});
	const pattern = limitPattern(options.limit);
	const hosts = new Set(matchHosts(inventory, pattern, message => ({message: `--limit: ${message}`})));
	if (playbook.plays.every(play => hostsOfPlay(play, inventory, given, hosts).length === 0)) {
		throw new InputError([{message: `--limit '${options.limit}' leaves no host in any play`}]);
	}
	return connectable({...inputs, playbook, tags, limit: {pattern, hosts}});
}

/** @throws InputError for a selected host whose connection variables are invalid. Other hosts need none. */
function connectable(selected: Selected): Selected {
	const problems = endpointProblems(selected, selected.limit?.hosts);
	if (problems.length > 0) throw new InputError(problems);
	return selected;
}

/** @throws InputError when no task has that name, and when what is left needs a variable that an earlier task registers. */
function startAt({playbook, inventory, given}: Inputs, name: string) {
	const from = startingAt(playbook, name);
	if (from !== undefined) {
		const problems = checkPlaybook(from, inventory, given, playbook);
		if (problems.length > 0) throw new InputError(problems);
		return from;
	}
	const hint = nearest(name, taskNames(playbook)) ?? '--list-tasks lists them';
	throw new InputError([{message: `--start-at-task: no task '${name}' in the playbook`, hint}]);
}

/** The plays for `--list-hosts`, `--list-tasks` and `--list-tags`. */
export function listed({playbook, inventory, given, tags, limit}: Selected): readonly ListedPlay[] {
	return playbook.plays.map(play => ({
		name: play.name,
		patterns: [play.hosts.evaluate(Scope.within(inventory.outside, [{data: given}, {written: play.vars}]))]
			.flat()
			.map(String),
		tags: play.tags,
		hosts: hostsOfPlay(play, inventory, given, limit?.hosts),
		tasks: walkWritten([...play.preTasks, ...play.tasks, ...play.postTasks])
			.filter(node => node.kind !== 'meta' && isWanted(node.tags, tags))
			.map(node => ({name: node.name, tags: node.tags})),
	}));
}
