import {InputError} from '../errors.ts';
import {hostScope} from '../plan/variables.ts';
import type {Play, Task} from '../playbook/model.ts';
import type {Schema} from '../playbook/schema.ts';
import {schemaProblems} from '../playbook/schema-problems.ts';
import type {Json, Result} from '../steps/step.ts';
import {TemplateError} from '../template/error.ts';
import type {Scope} from '../template/scope.ts';
import type {Condition} from '../template/template.ts';
import {asText, Unknown} from '../template/value.ts';
import type {ActionName, Failure} from './events.ts';
import {failureFacts} from './failure.ts';
import {type ActionEnd, type Judgement, runAction} from './run-action.ts';
import {runParts} from './run-parts.ts';
import type {RunState, TaskEnd} from './run-state.ts';

/** One task for one host: its loop, its conditions, what it registers. */
export async function runTask(
	task: Task,
	play: Play,
	playHosts: readonly string[],
	host: string,
	state: RunState,
): Promise<TaskEnd> {
	const {input, learned} = state;
	const scope = hostScope(input.inventory, play, playHosts, host, input.given, learned.get(host) ?? {}, task);
	const ended = await runItems(task, host, scope, state);
	if (task.register !== undefined) learned.set(host, {...learned.get(host), [task.register]: ended.result});
	if (ended.end === 'failed' && task.ignoreErrors) return 'ok';
	return ended.end;
}

async function runItems(task: Task, host: string, scope: Scope, state: RunState): Promise<ActionEnd> {
	if (task.loop === undefined) return runItem(task, host, scope, '', state);
	let items: unknown;
	try {
		items = task.loop.evaluate(scope);
		if (!Array.isArray(items)) throw new TemplateError('a loop needs a list', task.place.at('/loop'));
	} catch (error) {
		return mistaken(error, nameOf(task, host, '', undefined), state);
	}
	const ends: ActionEnd[] = [];
	for (const [index, item] of (items as readonly unknown[]).entries()) {
		const ended = await runItem(task, host, scope.with({data: {[task.loopVar]: item}}), `#${index + 1}`, state);
		ends.push({...ended, result: {...ended.result, [task.loopVar]: item as Json}});
		if (ended.end === 'stuck' || ended.end === 'interrupted') break;
	}
	const results = ends.map(({result}) => result);
	return {
		end:
			ends.find(({end}) => end === 'stuck' || end === 'interrupted')?.end ??
			ends.find(({end}) => end === 'failed')?.end ??
			'ok',
		result: {
			results,
			changed: results.some(({changed}) => changed === true),
			failed: results.some(({failed}) => failed === true),
			skipped: results.length > 0 && results.every(({skipped}) => skipped === true),
		},
	};
}

async function runItem(task: Task, owner: string, scope: Scope, suffix: string, state: RunState): Promise<ActionEnd> {
	const bare = nameOf(task, owner, suffix, undefined);
	try {
		const untrue = task.when.find(condition => !holds(condition, scope));
		if (untrue !== undefined) return skipped(bare, `not when ${untrue.text}`, state);
		const label = suffix === '' ? undefined : asText(task.label?.evaluate(scope) ?? scope.lookup(task.loopVar)?.value);
		const host = task.delegateTo === undefined ? owner : asText(task.delegateTo.evaluate(scope));
		if (!state.input.inventory.hosts.has(host)) {
			throw new TemplateError(`there is no host '${host}' in the inventory`, task.place.at('/delegate_to'));
		}
		const params = task.params.evaluate(scope) as Json;
		const problems = schemaProblems(
			`resolved_${task.step.name}`,
			task.step.params as Schema,
			params,
			task.place,
			`/${task.step.name}`,
		);
		if (problems.length > 0) throw new InputError(problems);
		const name = {...nameOf(task, owner, suffix, label, params), host};
		if (task.step.kind === 'composite') return await runParts(task.step, params, name, task, state);
		return await runAction(
			{
				name,
				owner,
				step: task.step,
				params,
				attempts: task.attempts,
				delayMs: task.delayMs,
				judge: result => judge(task, result, scope),
			},
			state,
		);
	} catch (error) {
		return mistaken(error, bare, state);
	}
}

/** What the task's own conditions say of a result, else what the step says. */
function judge(task: Task, raw: Result, scope: Scope): Judgement {
	const result = {
		changed: task.step.kind === 'action' && task.step.effect === 'write',
		...raw,
		failed: raw.failed === true,
	};
	const seen = task.register === undefined ? scope : scope.with({data: {[task.register]: result}});
	const all = (conditions: readonly Condition[]) => conditions.every(condition => holds(condition, seen));
	return {
		changed: task.changedWhen === undefined ? result.changed === true : all(task.changedWhen),
		failed: task.failedWhen === undefined ? result.failed : all(task.failedWhen),
		again: task.until.length > 0 && !all(task.until),
	};
}

function holds(condition: Condition, scope: Scope): boolean {
	const value = condition.test(scope);
	if (value instanceof Unknown) throw new Error('nothing is unknown while a run goes on');
	return value;
}

function nameOf(task: Task, host: string, suffix: string, label: string | undefined, params?: Json): ActionName {
	const {guest, to} = (params ?? {}) as {guest?: unknown; to?: unknown};
	const moves = task.step.kind === 'action' && task.step.guest !== undefined && typeof guest === 'string';
	return {
		id: `${task.id}@${host}${suffix}`,
		host,
		step: task.step.name,
		title: moves ? `${guest} to ${to}` : label === undefined ? task.name : `${task.name} (${label})`,
		...(moves ? {guest, to: `${to}`} : {}),
	};
}

function skipped(name: ActionName, reason: string, state: RunState): ActionEnd {
	const at = state.input.world.clock.now();
	state.input.emit({type: 'action-ended', at, action: name, outcome: 'skipped', durationMs: 0, reason});
	return {end: 'ok', result: {changed: false, skipped: true, skip_reason: reason}};
}

/** An expression without a value, or a value that the step does not take: known before anything is done. */
function mistaken(error: unknown, name: ActionName, state: RunState): ActionEnd {
	if (!(error instanceof TemplateError) && !(error instanceof InputError)) throw error;
	const failure: Failure = {...failureFacts(error), code: 'prerequisite', message: withPosition(error)};
	const at = state.input.world.clock.now();
	state.input.emit({type: 'action-ended', at, action: name, outcome: 'failed', durationMs: 0, failure});
	return {end: 'failed', result: {failed: true, msg: failure.message}};
}

function withPosition(error: TemplateError | InputError): string {
	const problems = error instanceof InputError ? error.problems : [error];
	return problems
		.map(({position, message}) =>
			position ? `${position.file}:${position.line}:${position.column}: ${message}` : message,
		)
		.join('; ');
}
