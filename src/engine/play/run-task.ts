import {hostScope} from '../../plan/variables.ts';
import type {PlaybookTask} from '../../playbook/model.ts';
import type {Json, Result} from '../../steps/step.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {Unknown} from '../../template/value.ts';
import type {ActionEnd} from '../action/run-action.ts';
import {allHold, firstUntrue} from '../conditions.ts';
import type {ActionName} from '../events.ts';
import type {RunState} from '../run-state.ts';
import {UndecidedError} from '../undecided-error.ts';
import {namesLeftOpen} from './left-open.ts';
import {type Item, itemsOf, once} from './loop.ts';
import type {PlayRun} from './play-state.ts';
import {mistaken, skipped} from './refuse.ts';
import {nameOf, nothingLeft, runItem, type TaskDone} from './run-item.ts';

/** Runs one task for one host: loop, conditions, registered variables. */
export async function runTask(task: PlaybookTask, host: string, run: PlayRun): Promise<TaskDone> {
	const scope = hostScope(run.setting, host, task);
	const ended = await runItems(task, host, scope, run);
	const registered = task.register === undefined ? {} : {[task.register]: keptOf(task.register, ended)};
	return {...ended, facts: {...(ended.end === 'ok' ? ended.facts : {}), ...registered}};
}

/** The registered value for later tasks: in a rehearsal, the result of a write is unknown. */
function keptOf(name: string, {result, unknown}: ActionEnd): Result | Unknown {
	return unknown === true ? new Unknown(`the result of ${name}`) : result;
}

async function runItems(task: PlaybookTask, host: string, scope: Scope, run: PlayRun): Promise<TaskDone> {
	const read = readItems(task, host, scope, run);
	if ('ended' in read) return read.ended;
	const {items} = read;
	if (task.loop === undefined) return runItem(task, host, scope, once, run);
	if (items.length === 0) {
		const none = skipped(nameOf(task, host, once), 'no items in the list', run.state);
		return {...none, result: {...none.result, results: []}, ...nothingLeft};
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
		if (broken !== false) return broken;
	}
	return summary(ends);
}

/** The items of the loop. An undefined list is not an error if the condition is false anyway. */
function readItems(
	task: PlaybookTask,
	host: string,
	scope: Scope,
	run: PlayRun,
): {readonly items: readonly Item[]} | {readonly ended: TaskDone} {
	try {
		return {items: itemsOf(task, scope)};
	} catch (error) {
		const name = nameOf(task, host, once);
		const untrue = untrueAnyway(task, scope);
		if (untrue !== undefined) {
			return {ended: {...skipped(name, `condition is false: ${untrue}`, run.state), ...nothingLeft}};
		}
		return {ended: withoutItems(task, error, name, scope, run)};
	}
}

/** False if the run was stopped meanwhile. */
async function pausedFor(milliseconds: number, {input}: RunState): Promise<boolean> {
	if (milliseconds === 0) return true;
	return input.world.clock.sleep(milliseconds, input.signal).then(
		() => true,
		() => false,
	);
}

/** Whether the loop ends here. */
function breaks(task: PlaybookTask, host: string, item: Item, scope: Scope, run: PlayRun): boolean | TaskDone {
	try {
		return task.breakWhen.length > 0 && allHold(task.breakWhen, scope);
	} catch (error) {
		return withoutItems(task, error, nameOf(task, host, item), scope, run);
	}
}

/** The result of a loop whose items, or whose end, cannot be determined. */
function withoutItems(task: PlaybookTask, error: unknown, name: ActionName, scope: Scope, run: PlayRun): TaskDone {
	const ended = mistaken(error, name, run.state);
	if (!(error instanceof UndecidedError)) return {...ended, ...nothingLeft};
	const facts = namesLeftOpen(task, name.host, error.of, scope, run);
	return {...ended, facts, notify: task.notify.length === 0 ? [] : 'any'};
}

function untrueAnyway(task: PlaybookTask, scope: Scope): string | undefined {
	try {
		return firstUntrue(task.when, scope);
	} catch (error) {
		if (error instanceof TemplateError || error instanceof UndecidedError) return undefined;
		throw error;
	}
}

/** Variables of the command line override all others. */
function withoutGiven(facts: Readonly<Record<string, unknown>>, {setting}: PlayRun) {
	return Object.fromEntries(Object.entries(facts).filter(([name]) => !Object.hasOwn(setting.given, name)));
}

function namesIn({loopVar, indexVar}: PlaybookTask, {item, names}: Item): Result {
	return {
		[loopVar]: item as Json,
		ansible_loop_var: loopVar,
		...(indexVar === undefined ? {} : {[indexVar]: names[indexVar] as Json, ansible_index_var: indexVar}),
	};
}

/** Combines the results of the items. */
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
		notify: ends.some(({notify}) => notify === 'any') ? 'any' : ends.flatMap(({notify}) => notify),
	};
}
