import {InputError, type Problem} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {matchHosts} from '../inventory/patterns.ts';
import {inFileOrder} from '../playbook/collector.ts';
import type {Include, IncludeVars, Meta, Play, Playbook, PlaybookTask} from '../playbook/model.ts';
import {sectionsOf, walkTasks} from '../playbook/walk.ts';
import {TemplateError} from '../template/error.ts';
import {Scope} from '../template/scope.ts';
import {isMapping} from '../template/value.ts';
import {inventoryFor} from './adjacent-inventory.ts';
import {NameCheck} from './names.ts';
import {settledPlay} from './settled-play.ts';
import {staticValue} from './static-value.ts';

/**
 * Checks a playbook together with its inventory without contacting hosts: unknown hosts
 * and undefined variables.
 *
 * @param whole The playbook that this one begins within, where a run starts at a task.
 */
export function checkPlaybook(
	playbook: Playbook,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	whole = playbook,
): readonly Problem[] {
	const names = new NameCheck(playbook, given, whole);
	const found = playbook.plays.flatMap(play => {
		const own = inventoryFor(play, inventory);
		const {hosts, problems} = hostsOrProblems(play, own, given);
		return [
			...problems,
			...settingProblems(play, own, given),
			...names.play(play, hosts, own),
			...[...walkTasks(sectionsOf(play))].flatMap(task =>
				namedHosts(task).flatMap(named => hostProblems(named, task, inventory)),
			),
		];
	});
	return inFileOrder(found);
}

/**
 * The hosts of a play.
 *
 * @param limit The hosts selected by --limit, if any.
 * @throws InputError with the position of the pattern.
 */
export function hostsOfPlay(
	play: Play,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	limit?: ReadonlySet<string>,
): readonly string[] {
	const scope = Scope.within(inventory.outside, [{data: given}, {written: play.vars}]);
	const patterns = [play.hosts.evaluate(scope)].flat().map(String);
	const problem = (message: string, hint?: string) => play.place.problem(message, '/hosts', hint);
	const hosts = matchHosts(inventory, patterns.join(','), problem);
	return limit === undefined ? hosts : hosts.filter(host => limit.has(host));
}

/**
 * The sizes of the batches of a play.
 *
 * @throws InputError for a value that is neither a number nor a percentage.
 */
export function serialOf(
	{serial, vars, place}: Play,
	given: Readonly<Record<string, unknown>>,
): readonly (number | string)[] {
	const scope = new Scope([{data: given}, {written: vars}]);
	return serial.flatMap(size => {
		const value = size.evaluate(scope);
		return [value].flat().map(part => {
			if (/^[1-9]\d*%?$/.test(String(part))) return part as number | string;
			throw new InputError([place.problem('expected a number of hosts, or a percentage such as 25%', '/serial')]);
		});
	});
}

/**
 * The percentage of failed hosts that a play tolerates; undefined if not set.
 *
 * @throws InputError for an invalid number.
 */
export function maxFailPercentageOf(
	{maxFailPercentage, vars, place}: Play,
	given: Readonly<Record<string, unknown>>,
): number | undefined {
	if (maxFailPercentage === undefined || typeof maxFailPercentage === 'number') return maxFailPercentage;
	const value = Number(maxFailPercentage.evaluate(new Scope([{data: given}, {written: vars}])));
	if (value >= 0 && value <= 100) return value;
	throw new InputError([place.problem('expected a number from 0 to 100', '/max_fail_percentage')]);
}

/** The hosts of a play; all hosts of the inventory if they cannot be determined, so that the tasks can be checked. */
function hostsOrProblems(
	play: Play,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): {readonly hosts: readonly string[]; readonly problems: readonly Problem[]} {
	try {
		return {hosts: hostsOfPlay(play, inventory, given), problems: []};
	} catch (error) {
		return {hosts: [...inventory.hosts.keys()], problems: problemsOf(error, play)};
	}
}

/** Problems of `serial` and of other keywords of the play that are expressions. */
function settingProblems(
	play: Play,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
	try {
		settledPlay(play, inventory, given);
		serialOf(play, given);
		maxFailPercentageOf(play, given);
		return [];
	} catch (error) {
		return problemsOf(error, play);
	}
}

function problemsOf(error: unknown, {place}: Play): readonly Problem[] {
	if (error instanceof InputError) return error.problems;
	if (error instanceof TemplateError) return [place.problemAt(error.message, error.position, error.hint)];
	throw error;
}

type Named = PlaybookTask | Include | IncludeVars | Meta;
type NamedHosts = {readonly pattern: string; readonly pointer: string};

/** Hosts written literally in a task: its destination, and `delegate_to`. */
function namedHosts(task: Named): readonly NamedHosts[] {
	const written = task.kind === 'task' && takesHost(task) ? staticValue(task.params) : undefined;
	const to = isMapping(written) ? written.to : undefined;
	const delegate = task.delegateTo === undefined ? undefined : staticValue(task.delegateTo);
	return [
		...(task.kind === 'task' && typeof to === 'string' ? [{pattern: to, pointer: `/${task.step.name}/to`}] : []),
		...(typeof delegate === 'string' ? [{pattern: delegate, pointer: '/delegate_to'}] : []),
	];
}

function takesHost({step}: PlaybookTask): boolean {
	return isMapping(step.params) && isMapping(step.params.properties) && Object.hasOwn(step.params.properties, 'to');
}

function hostProblems({pattern, pointer}: NamedHosts, {place}: Named, inventory: Inventory): readonly Problem[] {
	try {
		matchHosts(inventory, pattern, (message, hint) => place.problem(message, pointer, hint));
		return [];
	} catch (error) {
		if (error instanceof InputError) return error.problems;
		throw error;
	}
}
