import {setNames} from '../../plan/set-names.ts';
import {hostScope} from '../../plan/variables.ts';
import type {Block, PlaybookTask} from '../../playbook/model.ts';
import {failureNames} from '../../playbook/reserved-names.ts';
import {walkTasks} from '../../playbook/walk.ts';
import type {ActionName} from '../events.ts';
import {leaveHandlersOpen, notifiedBy} from './notify.ts';
import type {PlayRun} from './play-state.ts';

/**
 * Notes, in a rehearsal, what the `rescue` of a block may set and notify. A plan is made for the case that no task
 * fails; what would run in the other case is left to the run.
 */
export function foreseeRescue({rescue}: Block, hosts: readonly string[], run: PlayRun): void {
	const {rescueNames} = run.state;
	const tasks = [...walkTasks(rescue)];
	if (tasks.length === 0) return;
	const names = tasks.map(setNames).flatMap(({facts, included}) => [facts, included]);
	const known = [...failureNames, ...names.filter(some => some !== 'any').flat()];
	for (const host of hosts) {
		rescueNames.set(host, new Set([...(rescueNames.get(host) ?? []), ...known]));
		for (const task of tasks) if (task.kind === 'task') foreseeNotified(task, host, run);
	}
}

function foreseeNotified(task: PlaybookTask, host: string, run: PlayRun): void {
	const notified = task.notify.every(({constant}) => constant)
		? notifiedBy(task, hostScope(run.setting, host, task))
		: 'any';
	leaveHandlersOpen(notified === 'any' ? undefined : new Set(notified), host, run);
}

/** Whether a task whose condition is false may run in the case that a `rescue` has run. */
export function isLeftToRescue(task: PlaybookTask, host: string, name: ActionName, {state}: PlayRun): boolean {
	const names = state.rescueNames.get(host);
	if (names === undefined) return false;
	const depends = task.when.some(({roots, guarded}) => [...roots.keys(), ...guarded].some(root => names.has(root)));
	if (!depends || !state.executor.mayRunAfterFailure(name)) return false;
	for (const set of [setNames(task).facts].filter(some => some !== 'any').flat()) names.add(set);
	return true;
}
