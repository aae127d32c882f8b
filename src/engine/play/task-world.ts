import {milliseconds} from '../../playbook/inherit.ts';
import type {PlaybookTask, SourceRange} from '../../playbook/model.ts';
import type {Command} from '../../shell/command.ts';
import {showsSecret} from '../../shell/mask.ts';
import {Secret} from '../../shell/secret.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {asText, isMapping, kindOf} from '../../template/value.ts';
import {hiddenEvent, hiddenRecord} from '../action/hidden.ts';
import {hasNoOverrides, worldWith} from '../action/overrides.ts';
import {isSet, known, knownText} from '../conditions.ts';
import type {Event} from '../events.ts';
import type {ExecutionOverrides} from '../execution-overrides.ts';
import type {Journal} from '../ports.ts';
import type {RunState} from '../run-state.ts';

/**
 * The world of a task: commands run with the task's environment and timeout, and their output is hidden
 * with `no_log`.
 *
 * @throws TemplateError
 */
export function stateFor(task: PlaybookTask, scope: Scope, state: RunState): RunState {
	const overrides = overridesOf(task, scope);
	if (hasNoOverrides(overrides)) return state;
	const {input} = state;
	const world = state.executor.worldFor(input.world, worldWith(overrides, input.world));
	const gone = {...input, world, overrides};
	if (overrides.hidden !== true) return {...state, input: gone};
	const emit = (event: Event) => input.emit(hiddenEvent(event));
	const {step} = task;
	if (step.kind === 'composite') return {...state, input: {...gone, emit}};
	const journal: Journal = {append: record => input.journal.append(hiddenRecord(record, step))};
	return {...state, input: {...gone, emit, journal}};
}

function overridesOf(task: PlaybookTask, scope: Scope): ExecutionOverrides {
	const environment = environmentOf(task, scope);
	const becomeUser = becomeUserOf(task, scope);
	const timeoutMs = timeoutOf(task, scope);
	return {
		...(environment === undefined ? {} : {environment}),
		...(timeoutMs === undefined ? {} : {timeoutMs}),
		...(becomeUser === undefined ? {} : {becomeUser}),
		...(isHere(task, scope) ? {here: true} : {}),
		...(isSet(task.noLog, scope, task.place) ? {hidden: true} : {}),
	};
}

/**
 * The user that runs the commands; null for the login user, undefined if only the inventory decides. As in Ansible,
 * variables override keywords.
 */
function becomeUserOf({become, delegateTo, place}: PlaybookTask, scope: Scope): string | null | undefined {
	const said = (name: string) => (delegateTo === undefined ? scope.lookup(name)?.value : undefined);
	const wanted = said('ansible_become');
	if (wanted === undefined && become.become === undefined) return undefined;
	const becomes = wanted === undefined ? isSet(become.become ?? false, scope, place) : isYes(wanted);
	if (!becomes) return null;
	return asText(said('ansible_become_user') ?? become.user?.evaluate(scope) ?? 'root');
}

/** `connection: local`, unless a variable sets the connection; or a variable of the task itself. */
function isHere({connection, delegateTo, vars}: PlaybookTask, scope: Scope): boolean {
	if (delegateTo !== undefined) return false;
	if (Object.hasOwn(vars, 'ansible_connection')) return true;
	const wanted = typeof connection === 'object' ? knownText(connection.evaluate(scope)) : connection;
	return wanted === 'local' && scope.lookup('ansible_connection') === undefined;
}

/** @throws TemplateError for an expression that gives no duration. */
function timeoutOf({timeoutMs, place}: PlaybookTask, scope: Scope): number | undefined {
	if (typeof timeoutMs !== 'object') return timeoutMs;
	const value = known(timeoutMs.evaluate(scope));
	const duration = milliseconds(typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);
	if (duration !== undefined) return duration;
	throw new TemplateError('expected a duration, such as 30 s', place.at('/timeout'));
}

/** A variable of an INI inventory may be a string. */
function isYes(value: unknown): boolean {
	return value === true || /^(yes|true|1)$/i.test(String(value));
}

/** @throws TemplateError if it is not a mapping. */
function environmentOf({environment, place}: PlaybookTask, scope: Scope): Command['environment'] {
	if (environment.length === 0) return undefined;
	const layers = environment.map(template => {
		const value = template.evaluate(scope);
		if (isMapping(value)) return value;
		throw new TemplateError(`environment: expected a mapping, got ${kindOf(value)}`, place.at('/environment'));
	});
	const merged: {readonly [name: string]: unknown} = Object.assign({}, ...layers);
	return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, settingOf(value, place)]));
}

/** @throws TemplateError for a multi-line secret. */
function settingOf(value: unknown, place: SourceRange): string | Secret {
	const text = value instanceof Secret ? value.reveal() : asText(value);
	if (!(value instanceof Secret) && !showsSecret(text)) return text;
	if (!text.includes('\n')) return new Secret(text, 'made');
	const hint = 'pass it to the command with stdin';
	throw new TemplateError('an environment variable cannot contain a multi-line secret', place.at('/environment'), hint);
}
