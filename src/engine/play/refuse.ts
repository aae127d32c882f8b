import {InputError} from '../../errors.ts';
import type {Node} from '../../playbook/model.ts';
import type {Json} from '../../steps/step.ts';
import {TemplateError} from '../../template/error.ts';
import {failureFacts} from '../action/failure.ts';
import type {ActionEnd} from '../action/run-action.ts';
import type {ActionName, Failure} from '../events.ts';
import type {RunState} from '../run-state.ts';
import {UndecidedError} from '../undecided-error.ts';
import {leaveNamesOpen} from './left-open.ts';
import {type Item, once} from './loop.ts';
import type {PlayRun} from './play-state.ts';

/** Reports a skipped action. */
export function skipped(name: ActionName, reason: string, state: RunState): ActionEnd {
	const at = state.input.world.clock.now();
	state.input.emit({type: 'action-ended', at, action: name, outcome: 'skipped', durationMs: 0, reason});
	return {end: 'ok', result: {changed: false, skipped: true, skip_reason: reason}};
}

/**
 * Reports that an expression has no value, or an invalid one, before anything is changed. What a rehearsal
 * cannot know is left undecided.
 *
 * @throws errors that are not caused by the playbook.
 */
export function mistaken(error: unknown, name: ActionName, state: RunState, ignored = false): ActionEnd {
	if (error instanceof UndecidedError) {
		state.executor.leaveOpen(name, error);
		return {end: 'ok', result: {}, unknown: true};
	}
	if (!(error instanceof TemplateError) && !(error instanceof InputError)) throw error;
	const failure: Failure = {...failureFacts(error), code: 'prerequisite', message: withPosition(error)};
	const at = state.input.world.clock.now();
	state.input.emit({
		type: 'action-ended',
		at,
		action: name,
		outcome: 'failed',
		durationMs: 0,
		failure,
		...(ignored ? {ignored} : {}),
	});
	return {end: 'failed', result: {failed: true, msg: failure.message}};
}

/** An entry of a task list that is not a block. */
type Doing = Exclude<Node, {kind: 'block'}>;

/** Reports the failure of an entry that is not a task, such as an include: the host fails. */
export function refuseNode(node: Doing, host: string, error: unknown, run: PlayRun): void {
	const {end, result} = mistaken(error, nodeName(node, host), run.state);
	if (error instanceof UndecidedError) leaveNamesOpen(node, host, error.of, run);
	if (end === 'ok') return;
	run.hostStates.set(host, 'failed');
	run.failures.set(host, {task: node.name, action: nodeName(node, host).step, result, end});
}

export function nodeName(node: Doing, host: string, {suffix, item}: Item = once): ActionName {
	const step = node.kind === 'task' ? node.step.name : node.kind;
	return {
		id: `${node.id}@${host}${suffix}`,
		host,
		step,
		title: node.name,
		...(suffix === '' ? {} : {item: item as Json}),
	};
}

function withPosition(error: TemplateError | InputError): string {
	const problems = error instanceof InputError ? error.problems : [error];
	return problems
		.map(({position, message}) =>
			position ? `${position.file}:${position.line}:${position.column}: ${message}` : message,
		)
		.join('; ');
}
