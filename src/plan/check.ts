import {InputError, type Problem} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {matchHosts} from '../inventory/patterns.ts';
import type {Play, Playbook, Task} from '../playbook/model.ts';
import {TemplateError} from '../template/error.ts';
import {nearest} from '../spelling/nearest.ts';
import {Scope} from '../template/scope.ts';
import type {Condition, Template} from '../template/template.ts';
import {hostScope, magicNames} from './variables.ts';

/**
 * What can be known to be wrong before any host is reached, of a playbook and its inventory together: hosts that are
 * not there, and variables that nobody defines.
 */
export function checkPlaybook(
	playbook: Playbook,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
	const registered = new Set<string>();
	return playbook.plays.flatMap(play => {
		const hosts = hostsOrProblems(play, inventory, given);
		if (!('hosts' in hosts)) return hosts.problems;
		return play.tasks.flatMap(task => {
			const problems = taskProblems(task, play, hosts.hosts, inventory, given, registered);
			if (task.register !== undefined) registered.add(task.register);
			return problems;
		});
	});
}

/**
 * The hosts of a play.
 *
 * @throws InputError with the position of the pattern.
 */
export function hostsOfPlay(
	play: Play,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): readonly string[] {
	const scope = new Scope([{data: given}, {written: play.vars}]);
	const patterns = [play.hosts.evaluate(scope)].flat().map(String);
	const problem = (message: string, hint?: string) => play.place.problem(message, '/hosts', hint);
	return matchHosts(inventory, patterns.join(','), problem);
}

function hostsOrProblems(
	play: Play,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): {readonly hosts: readonly string[]} | {readonly problems: readonly Problem[]} {
	try {
		return {hosts: hostsOfPlay(play, inventory, given)};
	} catch (error) {
		if (error instanceof InputError) return {problems: error.problems};
		if (!(error instanceof TemplateError)) throw error;
		return {problems: [play.place.problemAt(error.message, error.position, error.hint)]};
	}
}

function taskProblems(
	task: Task,
	play: Play,
	hosts: readonly string[],
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	registered: ReadonlySet<string>,
): readonly Problem[] {
	const [host = ''] = hosts;
	const scope = hostScope(inventory, play, hosts, host, given, {}, task);
	const loopNames = task.loop === undefined ? [] : [task.loopVar];
	const known = new Set([...scope.names(), ...registered, ...magicNames]);
	const inLoop = new Set([...known, ...loopNames, 'ansible_loop']);
	const afterwards = new Set([...inLoop, ...(task.register === undefined ? [] : [task.register])]);
	const check = (names: ReadonlySet<string>, parts: readonly (Template | Condition | undefined)[]) =>
		parts.flatMap(part => [...(part?.roots ?? [])].filter(([name]) => !names.has(name))).map(([name, position]) =>
			task.place.problemAt(`'${name}' is undefined`, position, nearest(name, names)),
		);
	return [
		...check(known, [task.loop]),
		...check(inLoop, [...task.when, task.params, task.label, task.delegateTo, ...Object.values(task.vars)]),
		...check(afterwards, [...task.until, ...(task.changedWhen ?? []), ...(task.failedWhen ?? [])]),
		...steppedOn(task, inventory),
	];
}

/** Hosts that a parameter names as they are written: a destination that the inventory does not have. */
function steppedOn(task: Task, inventory: Inventory): readonly Problem[] {
	if (!task.params.constant) return [];
	const {to} = task.params.evaluate(new Scope([])) as {to?: unknown};
	if (typeof to !== 'string') return [];
	const problem = (message: string, hint?: string) => task.place.problem(message, `/${task.step.name}/to`, hint);
	try {
		matchHosts(inventory, to, problem);
		return [];
	} catch (error) {
		if (error instanceof InputError) return error.problems;
		throw error;
	}
}
