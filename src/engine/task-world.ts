import {createGatherer} from '../facts/gather.ts';
import type {Place, Task} from '../playbook/model.ts';
import type {Command} from '../shell/command.ts';
import {showsSecret} from '../shell/mask.ts';
import {Secret} from '../shell/secret.ts';
import type {Shell} from '../shell/shell.ts';
import {TemplateError} from '../template/error.ts';
import type {Scope} from '../template/scope.ts';
import {asText, isMapping, kindOf} from '../template/value.ts';
import {isSet} from './conditions.ts';
import type {Event} from './events.ts';
import type {Journal, Record} from './ports.ts';
import type {RunState} from './run-state.ts';

/**
 * The run as one task sees it: its commands have the task's environment and limit of time, and nothing is told of them
 * when they are secret.
 *
 * @throws TemplateError
 */
export function stateFor(task: Task, scope: Scope, state: RunState): RunState {
	const environment = environmentOf(task, scope);
	const {timeoutMs} = task;
	const hidden = isSet(task.noLog, scope, task.place);
	const becomeUser = becomeUserOf(task, scope);
	const here = isHere(task, scope);
	const adapt = (command: Command): Command => ({
		...command,
		...(environment === undefined ? {} : {environment: {...environment, ...command.environment}}),
		...(timeoutMs === undefined ? {} : {timeoutMs: Math.min(timeoutMs, command.timeoutMs ?? timeoutMs)}),
		...(becomeUser === undefined ? {} : {becomeUser}),
		...(here ? {here} : {}),
		...(hidden ? {hidden} : {}),
	});
	const plain = environment === undefined && timeoutMs === undefined && becomeUser === undefined && !here && !hidden;
	if (plain) return state;
	const {input} = state;
	const shell = adapted(input.world.shell, adapt);
	// What is read for it is read as it is done.
	const own = (becomeUser !== undefined || here) && input.rehearsal === undefined;
	const gatherer = own ? createGatherer(shell) : input.world.gatherer;
	const world = {...input.world, shell, gatherer};
	if (!hidden) return {...state, input: {...input, world}};
	const emit = (event: Event) => input.emit(censored(event));
	const journal: Journal = {append: record => input.journal.append(withoutSecrets(record, task))};
	return {...state, input: {...input, world, emit, journal, hidden: true}};
}

/** What the journal needs of a hidden task: enough to take it back, where that can be done. */
function withoutSecrets(record: Record, {step}: Task): Record {
	if (record.type === 'failed') return {...record, message: hiddenText};
	if (step.kind === 'composite' || 'undo' in step) return record;
	if (record.type === 'started') return {...record, action: hiddenText};
	return record.type === 'succeeded' ? {...record, receipt: hiddenText} : record;
}

/**
 * Who runs the task's commands; null for who logs in, undefined when only the inventory may say. As in Ansible variables
 * stand before keywords.
 */
function becomeUserOf({become, delegateTo, place}: Task, scope: Scope): string | null | undefined {
	const said = (name: string) => (delegateTo === undefined ? scope.lookup(name)?.value : undefined);
	const wanted = said('ansible_become');
	if (wanted === undefined && become.become === undefined) return undefined;
	const becomes = wanted === undefined ? isSet(become.become ?? false, scope, place) : isYes(wanted);
	if (!becomes) return null;
	return asText(said('ansible_become_user') ?? become.user?.evaluate(scope) ?? 'root');
}

/** `connection: local`, where no variable says how the host is reached. */
function isHere({connection, delegateTo}: Task, scope: Scope): boolean {
	return connection === 'local' && delegateTo === undefined && scope.lookup('ansible_connection') === undefined;
}

/** A variable of an inventory in INI is a text. */
function isYes(value: unknown): boolean {
	return value === true || /^(yes|true|1)$/i.test(String(value));
}

/** @throws TemplateError for what is no mapping. */
function environmentOf({environment, place}: Task, scope: Scope): Command['environment'] {
	if (environment.length === 0) return undefined;
	const layers = environment.map(template => {
		const value = template.evaluate(scope);
		if (isMapping(value)) return value;
		throw new TemplateError(`an environment is a mapping, not ${kindOf(value)}`, place.at('/environment'));
	});
	const merged: {readonly [name: string]: unknown} = Object.assign({}, ...layers);
	return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, settingOf(value, place)]));
}

/** @throws TemplateError for a secret of several lines. */
function settingOf(value: unknown, place: Place): string | Secret {
	const text = value instanceof Secret ? value.reveal() : asText(value);
	if (!(value instanceof Secret) && !showsSecret(text)) return text;
	if (!text.includes('\n')) return new Secret(text, 'made');
	const hint = 'give it to the command by stdin';
	throw new TemplateError('a secret of several lines cannot stand in an environment', place.at('/environment'), hint);
}

function adapted(shell: Shell, adapt: (command: Command) => Command): Shell {
	return {
		run: (command, options) => shell.run(adapt(command), options),
		reset: async host => shell.reset?.(host),
		close: () => shell.close(),
	};
}

const hiddenText = 'hidden: the task says no_log';

/** An event of which nothing is left but how it ended. */
function censored(event: Event): Event {
	if (!('action' in event)) return event;
	const {item, title, ...name} = event.action;
	const action = {...name, title: item === undefined ? title : title.replace(/ \(.*\)$/s, ` (${hiddenText})`)};
	if (event.type === 'action-retry') {
		return {...event, action, failure: {code: event.failure.code, message: hiddenText, remedies: []}};
	}
	if (event.type !== 'action-ended') return {...event, action};
	const {result, failure, ...rest} = event;
	return {
		...rest,
		action,
		...(result === undefined ? {} : {result: {censored: hiddenText, changed: result.changed === true}}),
		...(failure === undefined ? {} : {failure: {code: failure.code, message: hiddenText, remedies: []}}),
	};
}
