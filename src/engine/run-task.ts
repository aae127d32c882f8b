import {InputError} from '../errors.ts';
import {hostScope} from '../plan/variables.ts';
import type {Task} from '../playbook/model.ts';
import type {Schema} from '../playbook/schema.ts';
import {schemaProblems} from '../playbook/schema-problems.ts';
import type {Json, Result} from '../steps/step.ts';
import {TemplateError} from '../template/error.ts';
import type {Scope} from '../template/scope.ts';
import {isMapping, Unknown} from '../template/value.ts';
import {allHold, firstUntrue, isSet, known, knownText} from './conditions.ts';
import type {ActionName} from './events.ts';
import {type Item, itemsOf, once} from './loop.ts';
import {patienceOf} from './patience.ts';
import type {PlayRun} from './play-run.ts';
import {mistaken, skipped} from './refuse.ts';
import {type ActionEnd, type Judgement, runAction} from './run-action.ts';
import {runParts} from './run-parts.ts';
import type {RunState} from './run-state.ts';
import {stateFor} from './task-world.ts';
import {UndecidedError} from './undecided.ts';

/** How a task ended for a host, and what it leaves: facts to remember, and handlers to run when it has changed something. */
export type TaskDone = ActionEnd & {
	readonly facts: Readonly<Record<string, unknown>>;
	readonly notify: readonly string[];
};

/** One task for one host: its loop, its conditions, what it registers. */
export async function runTask(task: Task, host: string, run: PlayRun): Promise<TaskDone> {
	const scope = hostScope(run.setting, host, task);
	const ended = await runItems(task, host, scope, run);
	const registered = task.register === undefined ? {} : {[task.register]: keptOf(task.register, ended)};
	return {...ended, facts: {...(ended.end === 'ok' ? ended.facts : {}), ...registered}};
}

/** What later tasks find under the name: a rehearsal cannot know what a write will give. */
function keptOf(name: string, {result, unknown}: ActionEnd): Result | Unknown {
	return unknown === true ? new Unknown(`the result of ${name}`) : result;
}

async function runItems(task: Task, host: string, scope: Scope, run: PlayRun): Promise<TaskDone> {
	const read = readItems(task, host, scope, run);
	if ('ended' in read) return {...read.ended, ...nothing};
	const {items} = read;
	if (task.loop === undefined) return runItem(task, host, scope, once, run);
	if (items.length === 0) {
		const none = skipped(nameOf(task, host, once), 'no items in the list', run.state);
		return {...none, result: {...none.result, results: []}, ...nothing};
	}
	const ends: TaskDone[] = [];
	let facts: Readonly<Record<string, unknown>> = {};
	for (const item of items) {
		if (ends.length > 0 && !(await pausedFor(task.pauseMs, run.state))) break;
		const inside = scope.with({data: item.names}, {data: withoutGiven(facts, run)});
		const ended = await runItem(task, host, inside, item, run);
		const result = {...ended.result, ...namesIn(task, item)};
		ends.push({...ended, result});
		facts = {
			...facts,
			...ended.facts,
			...(task.register === undefined ? {} : {[task.register]: keptOf(task.register, {...ended, result})}),
		};
		if (ended.end === 'stuck' || ended.end === 'interrupted') break;
		const broken = breaks(task, host, item, inside.with({data: facts}), run);
		if (broken === true) break;
		if (broken !== false) return {...broken, ...nothing};
	}
	return summary(ends);
}

const nothing = {facts: {}, notify: []};

/** The items of its loop. A loop over what is not there is skipped when the condition says so anyway. */
function readItems(
	task: Task,
	host: string,
	scope: Scope,
	run: PlayRun,
): {readonly items: readonly Item[]} | {readonly ended: ActionEnd} {
	try {
		return {items: itemsOf(task, scope)};
	} catch (error) {
		const name = nameOf(task, host, once);
		const untrue = untrueAnyway(task, scope);
		if (untrue !== undefined) return {ended: skipped(name, `not when ${untrue}`, run.state)};
		return {ended: mistaken(error, name, run.state)};
	}
}

/** False when the run has been told to stop meanwhile. */
async function pausedFor(milliseconds: number, {input}: RunState): Promise<boolean> {
	if (milliseconds === 0) return true;
	return input.world.clock.sleep(milliseconds, input.signal).then(
		() => true,
		() => false,
	);
}

/** Does the loop end here? */
function breaks(task: Task, host: string, item: Item, scope: Scope, run: PlayRun): boolean | ActionEnd {
	try {
		return task.breakWhen.length > 0 && allHold(task.breakWhen, scope);
	} catch (error) {
		return mistaken(error, nameOf(task, host, item), run.state);
	}
}

function untrueAnyway(task: Task, scope: Scope): string | undefined {
	try {
		return firstUntrue(task.when, scope);
	} catch (error) {
		if (error instanceof TemplateError || error instanceof UndecidedError) return undefined;
		throw error;
	}
}

/** Variables of the command line stand before all. */
function withoutGiven(facts: Readonly<Record<string, unknown>>, {setting}: PlayRun) {
	return Object.fromEntries(Object.entries(facts).filter(([name]) => !Object.hasOwn(setting.given, name)));
}

function namesIn({loopVar, indexVar}: Task, {item, names}: Item): Result {
	return {
		[loopVar]: item as Json,
		ansible_loop_var: loopVar,
		...(indexVar === undefined ? {} : {[indexVar]: names[indexVar] as Json, ansible_index_var: indexVar}),
	};
}

/** What the items come to. */
function summary(ends: readonly TaskDone[]): TaskDone {
	const results = ends.map(({result}) => result);
	const failed = ends.find(({end}) => end === 'failed');
	const end = ends.find(({end}) => end === 'stuck' || end === 'interrupted')?.end ?? failed?.end ?? 'ok';
	return {
		end,
		result: {
			results,
			changed: results.some(({changed}) => changed === true),
			failed: results.some(({failed}) => failed === true),
			skipped: results.every(({skipped}) => skipped === true),
			...(results.some(({unreachable}) => unreachable === true) ? {unreachable: true} : {}),
			msg: failed === undefined ? 'all items completed' : 'one or more items failed',
		},
		...(ends.some(({unknown}) => unknown === true) ? {unknown: true as const} : {}),
		facts: Object.assign({}, ...ends.map(({facts}) => facts)),
		notify: ends.flatMap(({notify}) => notify),
	};
}

async function runItem(task: Task, owner: string, scope: Scope, item: Item, run: PlayRun): Promise<TaskDone> {
	const bare = nameOf(task, owner, item);
	let {state} = run;
	try {
		const untrue = firstUntrue(task.when, scope);
		if (untrue !== undefined) return {...skipped(bare, `not when ${untrue}`, state), ...nothing};
		state = stateFor(task, scope, run.state);
		const ended = await runPlain(task, owner, scope, item, state);
		const {ansible_facts} = ended.result;
		return {
			...ended,
			facts: isMapping(ansible_facts) ? ansible_facts : {},
			notify: task.notify.flatMap(name => [name.evaluate(scope)].flat().map(knownText)),
		};
	} catch (error) {
		const ignored = task.ignoreErrors === true;
		const refused = mistaken(error, bare, state, ignored);
		return {...refused, ...(ignored ? {end: 'ok'} : {}), ...nothing};
	}
}

async function runPlain(task: Task, owner: string, scope: Scope, item: Item, state: RunState): Promise<ActionEnd> {
	const label = item.suffix === '' ? undefined : knownText(task.label?.evaluate(scope) ?? item.item ?? 'None');
	const host = task.delegateTo === undefined ? owner : knownText(task.delegateTo.evaluate(scope));
	if (!state.input.inventory.hosts.has(host)) {
		throw new TemplateError(`there is no host '${host}' in the inventory`, task.place.at('/delegate_to'));
	}
	const params = known(task.params.evaluate(scope)) as Json;
	const problems = schemaProblems(
		`resolved_${task.step.name}`,
		task.step.params as Schema,
		params,
		task.place,
		`/${task.step.name}`,
	);
	if (problems.length > 0) throw new InputError(problems);
	const name = {...nameOf(task, owner, item, label, params), host};
	const patience = patienceOf(task, scope);
	if (task.step.kind === 'composite') {
		const ended = await runParts(task.step, params, name, patience, state);
		return isIgnored(task, scope, ended.result) && ended.end === 'failed' ? {...ended, end: 'ok'} : ended;
	}
	return runAction(
		{
			name,
			owner,
			step: task.step,
			params,
			...patience,
			judge: result => judge(task, result, scope),
			isIgnored: result => isIgnored(task, scope, result),
		},
		state,
	);
}

/** Does the host go on although it has failed? To be unreachable and to fail are two things. */
function isIgnored({ignoreErrors, ignoreUnreachable, place}: Task, scope: Scope, {unreachable}: Result): boolean {
	return isSet(unreachable === true ? ignoreUnreachable : ignoreErrors, scope, place);
}

/** What the task's own conditions say of a result, else what the step says. */
function judge(task: Task, raw: Result, scope: Scope): Judgement {
	const result = {
		changed: task.step.kind === 'action' && task.step.effect === 'write',
		...raw,
		failed: raw.failed === true,
	};
	const seen = task.register === undefined ? scope : scope.with({data: {[task.register]: result}});
	const failed = task.failedWhen === undefined ? result.failed : allHold(task.failedWhen, seen);
	return {
		changed: task.changedWhen === undefined ? result.changed === true : allHold(task.changedWhen, seen),
		failed,
		again: task.until.length > 0 && !allHold(task.until, seen),
		...(task.failedWhen === undefined ? {} : {says: {failed_when_result: failed}}),
	};
}

function nameOf(task: Task, host: string, {suffix, item}: Item, label?: string, params?: Json): ActionName {
	const {guest, to} = (params ?? {}) as {guest?: unknown; to?: unknown};
	const moves = task.step.kind === 'action' && task.step.guest !== undefined && typeof guest === 'string';
	return {
		id: `${task.id}@${host}${suffix}`,
		host,
		step: task.step.name,
		title: moves ? `${guest} to ${to}` : label === undefined ? task.name : `${task.name} (${label})`,
		...(suffix === '' ? {} : {item: item as Json}),
		...(moves ? {guest, to: `${to}`} : {}),
	};
}
