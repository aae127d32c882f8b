import {createGatherer} from '../facts/gather.ts';
import type {Task} from '../playbook/model.ts';
import type {Command} from '../shell/command.ts';
import {Secret} from '../shell/secret.ts';
import {withSecretEnvironment} from '../shell/secret-environment.ts';
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
	const {environment, secrets} = environmentOf(task, scope);
	const {timeoutMs} = task;
	const why = isSet(task.noLog, scope, task.place)
		? 'the task says no_log'
		: secrets && task.step.secrets !== 'all'
			? givenSecret
			: undefined;
	const becomeUser = becomeUserOf(task, scope);
	const here = isHere(task, scope);
	const adapt = (command: Command): Command => ({
		...withSecretEnvironment(command, secrets ?? {}),
		...(environment === undefined ? {} : {environment: {...environment, ...command.environment}}),
		...(timeoutMs === undefined ? {} : {timeoutMs: Math.min(timeoutMs, command.timeoutMs ?? timeoutMs)}),
		...(becomeUser === undefined ? {} : {becomeUser}),
		...(here ? {here} : {}),
	});
	const plain = environment === undefined && timeoutMs === undefined && becomeUser === undefined && !here;
	if (plain && why === undefined) return state;
	const {input} = state;
	const shell = adapted(input.world.shell, adapt);
	// What is read for it is read as it is done.
	const own = (becomeUser !== undefined || here) && input.rehearsal === undefined;
	const gatherer = own ? createGatherer(shell) : input.world.gatherer;
	const seen = {...state, input: {...input, world: {...input.world, shell, gatherer}}};
	return why === undefined ? seen : hide(task, why, seen);
}

export const givenSecret = 'it is given a secret';

/** The run as a task sees it of which nothing may be told, for that reason. */
export function hide(task: Task, why: string, state: RunState): RunState {
	const {input} = state;
	if (input.hidden !== undefined) return state;
	const text = `hidden: ${why}`;
	const shell = adapted(input.world.shell, command => ({...command, hidden: true}));
	const emit = (event: Event) => input.emit(censored(event, text));
	const journal: Journal = {append: record => input.journal.append(withoutSecrets(record, task, text))};
	return {...state, input: {...input, world: {...input.world, shell}, emit, journal, hidden: text}};
}

/** What the journal needs of a hidden task: enough to take it back, where that can be done. */
function withoutSecrets(record: Record, {step}: Task, text: string): Record {
	if (record.type === 'failed') return {...record, message: text};
	if (step.kind === 'composite' || 'undo' in step) return record;
	if (record.type === 'started') return {...record, action: text};
	return record.type === 'succeeded' ? {...record, receipt: text} : record;
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

type Environment = {
	readonly environment?: {readonly [name: string]: string};
	readonly secrets?: {readonly [name: string]: Secret};
};

/** @throws TemplateError for what is no mapping, and for a secret that no line can hold. */
function environmentOf({environment, place}: Task, scope: Scope): Environment {
	if (environment.length === 0) return {};
	const layers = environment.map(template => {
		const value = template.evaluate(scope);
		if (isMapping(value)) return value;
		throw new TemplateError(`an environment is a mapping, not ${kindOf(value)}`, place.at('/environment'));
	});
	const merged = Object.entries<unknown>(Object.assign({}, ...layers));
	const secrets = merged.flatMap(([name, value]) => (value instanceof Secret ? [[name, value] as const] : []));
	if (secrets.some(([, secret]) => secret.reveal().includes('\n'))) {
		throw new TemplateError(
			'a secret of several lines cannot stand in the environment',
			place.at('/environment'),
			'give it to stdin',
		);
	}
	const plain = merged.filter(([, value]) => !(value instanceof Secret));
	return {
		environment: Object.fromEntries(plain.map(([name, value]) => [name, asText(value)])),
		...(secrets.length === 0 ? {} : {secrets: Object.fromEntries(secrets)}),
	};
}

function adapted(shell: Shell, adapt: (command: Command) => Command): Shell {
	return {
		run: (command, options) => shell.run(adapt(command), options),
		reset: async host => shell.reset?.(host),
		close: () => shell.close(),
	};
}

/** An event of which nothing is left but how it ended. */
function censored(event: Event, text: string): Event {
	if (!('action' in event)) return event;
	const {item, title, ...name} = event.action;
	const action = {...name, title: item === undefined ? title : title.replace(/ \(.*\)$/s, ` (${text})`)};
	if (event.type === 'action-retry') {
		return {...event, action, failure: {code: event.failure.code, message: text, remedies: []}};
	}
	if (event.type !== 'action-ended') return {...event, action};
	const {result, failure, ...rest} = event;
	return {
		...rest,
		action,
		...(result === undefined ? {} : {result: {censored: text, changed: result.changed === true}}),
		...(failure === undefined ? {} : {failure: {code: failure.code, message: text, remedies: []}}),
	};
}
