import {InputError} from '../../errors.ts';
import {contradictionProblems} from '../../playbook/contradictions.ts';
import type {PlaybookTask} from '../../playbook/model.ts';
import type {Schema} from '../../playbook/schema.ts';
import {schemaProblems} from '../../playbook/schema-problems.ts';
import {withTruths} from '../../playbook/truths.ts';
import type {Json, Result} from '../../steps/step.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {isMapping} from '../../template/value.ts';
import {retryPolicyOf} from '../action/retry-policy.ts';
import {type ActionEnd, runAction} from '../action/run-action.ts';
import type {TaskVerdict} from '../action/try-once.ts';
import {allHold, firstUntrue, isSet, known, knownText} from '../conditions.ts';
import type {ActionName} from '../events.ts';
import type {RunState} from '../run-state.ts';
import {UndecidedError} from '../undecided-error.ts';
import {isLeftToRescue} from './foresee-rescue.ts';
import {factsLeftOpen} from './left-open.ts';
import type {Item} from './loop.ts';
import {noteNotBegun} from './note-guest.ts';
import {demandHandlers, type Notified, notifiedBy} from './notify.ts';
import {outsideWindow, policyClosed} from './outside-window.ts';
import type {PlayRun} from './play-state.ts';
import {mistaken, skipped} from './refuse.ts';
import {runParts} from './run-parts.ts';
import {stateFor} from './task-world.ts';

/** The result of a task for a host, with facts to store, and handlers to notify if it changed something. */
export type TaskDone = ActionEnd & {
	readonly facts: Readonly<Record<string, unknown>>;
	readonly notify: Notified;
};

export const nothingLeft = {facts: {}, notify: []} as const;

/** Runs one iteration of a task for one host: conditions, delegation, parameters. */
export async function runItem(
	task: PlaybookTask,
	owner: string,
	scope: Scope,
	item: Item,
	run: PlayRun,
): Promise<TaskDone> {
	const bare = nameOf(task, owner, item);
	let {state} = run;
	try {
		const untrue = firstUntrue(task.when, scope);
		if (untrue !== undefined) return {...skippedBy(untrue, task, bare, owner, run), ...nothingLeft};
		const notify = notifiedBy(task, scope);
		demandHandlers(task, notify, owner, run);
		state = stateFor(task, scope, run.state);
		const ended = await runPlain(task, owner, scope, item, state);
		const {ansible_facts} = ended.result;
		return {
			...ended,
			facts: isMapping(ansible_facts) ? ansible_facts : {},
			notify,
		};
	} catch (error) {
		const ignored = task.ignoreErrors === true;
		const refused = mistaken(error, bare, state, ignored);
		if (error instanceof UndecidedError) return {...refused, ...leftUndecided(task, owner, error, scope, run)};
		return {...refused, ...(ignored ? {end: 'ok'} : {}), ...nothingLeft};
	}
}

function skippedBy(untrue: string, task: PlaybookTask, name: ActionName, owner: string, run: PlayRun): ActionEnd {
	const reason = `condition is false: ${untrue}`;
	if (!isLeftToRescue(task, owner, name, run)) return skipped(name, reason, run.state);
	return {end: 'ok', result: {changed: false, skipped: true, skip_reason: reason}};
}

/** What an iteration that only the run can decide may set and notify. */
function leftUndecided(
	task: PlaybookTask,
	owner: string,
	{of}: UndecidedError,
	scope: Scope,
	run: PlayRun,
): Pick<TaskDone, 'facts' | 'notify'> {
	return {facts: factsLeftOpen(task, owner, of, scope, run), notify: notifiedBy(task, scope)};
}

async function runPlain(
	task: PlaybookTask,
	owner: string,
	scope: Scope,
	item: Item,
	state: RunState,
): Promise<ActionEnd> {
	const label = item.suffix === '' ? undefined : knownText(task.label?.evaluate(scope) ?? item.item ?? 'None');
	const host = task.delegateTo === undefined ? owner : knownText(task.delegateTo.evaluate(scope));
	if (!state.input.inventory.hosts.has(host)) {
		throw new TemplateError(`no host '${host}' in the inventory`, task.place.at('/delegate_to'));
	}
	const params = withTruths(known(task.params.evaluate(scope)), task.step.params) as Json;
	const schemaSays = schemaProblems(
		`resolved_${task.step.name}`,
		task.step.params as Schema,
		shown(params, task.step.secrets ?? []),
		task.place,
		`/${task.step.name}`,
	);
	const problems =
		schemaSays.length > 0 ? schemaSays : contradictionProblems(task.step, params, task.place, () => false);
	if (problems.length > 0) throw new InputError(problems);
	const name = {...nameOf(task, owner, item, label, params), host};
	const retryPolicy = retryPolicyOf(task, scope);
	if (task.step.kind === 'composite') {
		const ended = await runParts(task.step, params, name, retryPolicy, state);
		return isIgnored(task, scope, ended.result) && ended.end === 'failed' ? {...ended, end: 'ok'} : ended;
	}
	const closed = () => policyClosed(name, state);
	const outside = closed();
	if (outside !== undefined) {
		const ended = await outsideWindow(name, outside, state);
		return isIgnored(task, scope, ended.result) ? {...ended, end: 'ok'} : ended;
	}
	const ended = await runAction(
		{
			name,
			owner,
			step: task.step,
			params,
			...retryPolicy,
			repeats: task.until.length > 0,
			judge: result => judge(task, result, scope),
			isIgnored: result => isIgnored(task, scope, result),
			mayRetry: () => closed() === undefined,
		},
		state,
	);
	if (name.guest !== undefined) await noteNotBegun(name.guest, host, ended, state);
	return ended;
}

/** The parameters with secrets converted to text where they are allowed. */
function shown(params: Json, names: readonly string[]): unknown {
	if (!isMapping(params)) return params;
	const entries = Object.entries(params);
	return Object.fromEntries(entries.map(([name, value]) => [name, names.includes(name) ? String(value) : value]));
}

/** Whether the host continues after a failure. Unreachable and failed are distinct. */
function isIgnored(
	{ignoreErrors, ignoreUnreachable, place}: PlaybookTask,
	scope: Scope,
	{unreachable}: Result,
): boolean {
	return isSet(unreachable === true ? ignoreUnreachable : ignoreErrors, scope, place);
}

/** The outcome according to the task's conditions, otherwise according to the step. */
function judge(task: PlaybookTask, raw: Result, scope: Scope): TaskVerdict {
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

export function nameOf(
	task: PlaybookTask,
	host: string,
	{suffix, item}: Item,
	label?: string,
	params?: Json,
): ActionName {
	const {guest, to} = isMapping(params) ? params : {};
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
