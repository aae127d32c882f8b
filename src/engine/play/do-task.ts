import {hostScope} from '../../plan/variables.ts';
import type {PlaybookTask} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import {firstUntrue, isSet, knownText} from '../conditions.ts';
import type {Event} from '../events.ts';
import {ConcurrencyLimits} from '../limits.ts';
import {mayContinue, type RunState} from '../run-state.ts';
import {settleAll} from '../settle-all.ts';
import type {Cohort} from './cohort.ts';
import {leaveHandlersOpen, notifyHandlers} from './notify.ts';
import {activeHosts, type PlayRun, setHostState} from './play-state.ts';
import {refuseNode} from './refuse.ts';
import {remember} from './remember.ts';
import type {TaskDone} from './run-item.ts';
import {runTask} from './run-task.ts';
import {titleFor} from './title.ts';

/** Runs one task on the hosts of a cohort, concurrently within the limits. */
export async function doTask(task: PlaybookTask, cohort: Cohort, run: PlayRun): Promise<void> {
	const {emit, world} = run.state.input;
	const [first] = cohort.hosts;
	if (first === undefined) return;
	const name = titleFor(task, first, run);
	emit({type: 'task-started', at: world.clock.now(), task: task.id, name, hosts: cohort.hosts});
	if (!(await isAskedFor(name, run))) return;
	const settings = settingsFor(task, cohort.hosts, run);
	if (settings === undefined) return;
	const doers = settings.once ? [first] : cohort.hosts;
	markEmptying(task, doers, run);
	const inside = cohort.guarded ? {...run, state: guarded(run.state)} : run;
	const ends = await settleAll(doers.map(host => inTurn(task, settings.throttle, host, inside)));
	const failed = doers.filter((_, index) => ends[index] !== undefined && ends[index]?.end !== 'ok');
	const [done] = ends;
	if (settings.once && done !== undefined) share(task, done, cohort.hosts, run);
	if (failed.length > 0 && settings.fatal) failAll(cohort, run);
}

/** Hosts that are being evacuated are not destinations, whichever of them is planned first. */
function markEmptying(task: PlaybookTask, doers: readonly string[], run: PlayRun): void {
	if (task.step.kind !== 'composite' || task.step.drainsHost !== true) return;
	const hosts = run.play.strategy === 'linear' ? doers : run.batch;
	const isMeant = (host: string) => {
		try {
			return firstUntrue(task.when, hostScope(run.setting, host, task)) === undefined;
		} catch {
			// Unknown values are possible, and errors are reported when the task runs.
			return true;
		}
	};
	for (const host of hosts.filter(isMeant)) run.state.emptying.add(host);
}

/** Marks a failure as followed by a `rescue`. */
function guarded(state: RunState): RunState {
	const {input} = state;
	const emit = (event: Event) =>
		input.emit(event.type === 'action-ended' && event.failure !== undefined ? {...event, rescued: true} : event);
	return {...state, input: {...input, emit}};
}

/** Values for all hosts are taken from the first. */
function settingsFor(task: PlaybookTask, hosts: readonly string[], run: PlayRun) {
	try {
		const scope = hostScope(run.setting, hosts[0] ?? '', task);
		const once = run.play.strategy === 'linear' && (isSet(task.runOnce, scope, task.place) || task.step.once === true);
		const throttle = task.throttle === undefined ? '0' : knownText(task.throttle.evaluate(scope));
		if (!/^\d+$/.test(throttle)) throw new TemplateError('expected an integer', task.place.at('/throttle'));
		return {once, throttle: Number(throttle), fatal: isSet(task.anyErrorsFatal, scope, task.place)};
	} catch (error) {
		for (const host of hosts) refuseNode(task, host, error, run);
		return undefined;
	}
}

/** Runs the task for one host within the limits; undefined if the run was stopped before. */
async function inTurn(task: PlaybookTask, throttle: number, host: string, run: PlayRun): Promise<TaskDone | undefined> {
	const never = new AbortController().signal;
	const leave = throttle > 0 ? await throttleOf(task, throttle, run).acquire(['throttle'], never) : () => {};
	const release = run.play.strategy === 'host_pinned' ? () => {} : await run.forks.acquire(['forks'], never);
	try {
		if (!mayContinue(run.state)) return undefined;
		const done = await runTask(task, host, run);
		settle(task, host, done, run);
		return done;
	} finally {
		release();
		leave();
	}
}

function throttleOf(task: PlaybookTask, throttle: number, {throttles}: PlayRun): ConcurrencyLimits {
	const known = throttles.get(task.id) ?? new ConcurrencyLimits({throttle});
	throttles.set(task.id, known);
	return known;
}

/** Stores the facts and notifications of a task for its host. */
function settle(task: PlaybookTask, host: string, done: TaskDone, run: PlayRun): void {
	const {end, result, facts} = done;
	remember(host, facts, run.state);
	if (end === 'stuck') run.state.verdict.stuck = true;
	if (end === 'ok') {
		notify(task, host, done, run);
		return;
	}
	run.hostStates.set(host, 'failed');
	run.failures.set(host, {task: task.name, action: task.step.name, result, end});
}

/** In a rehearsal, whether something changes, and which handlers that notifies, may be unknown. */
function notify(task: PlaybookTask, host: string, {result, unknown, notify: names}: TaskDone, run: PlayRun): void {
	if (result.failed === true) return;
	const mayChange = unknown === true && (result.changed === undefined || task.changedWhen !== undefined);
	if (names === 'any') leaveHandlersOpen(undefined, host, run);
	else if (result.changed === true) notifyHandlers(new Set(names), host, run);
	else if (mayChange) leaveHandlersOpen(new Set(names), host, run);
}

/** Applies the result of one host to all. */
function share(task: PlaybookTask, done: TaskDone, hosts: readonly string[], run: PlayRun): void {
	for (const host of hosts.slice(1)) {
		remember(host, done.facts, run.state);
		if (done.end === 'ok') continue;
		run.hostStates.set(host, 'failed');
		run.failures.set(host, {task: task.name, action: task.step.name, result: done.result, end: done.end});
	}
}

/** `any_errors_fatal`: all hosts fail with the one; within a `rescue`, all of them are rescued. */
function failAll({hosts, guarded}: Cohort, run: PlayRun): void {
	if (!guarded) run.verdict.fatal = true;
	setHostState(activeHosts(guarded ? hosts : run.batch, run), 'failed', run);
}

/** Prompts before each task with --step. */
async function isAskedFor(task: string, {state}: PlayRun): Promise<boolean> {
	const {ask, signal} = state.input;
	if (ask === undefined || !state.verdict.asking) return true;
	const stopped = new Promise<'no'>(resolve => signal.addEventListener('abort', () => resolve('no'), {once: true}));
	const answer = await Promise.race([ask(task), stopped]);
	if (answer === 'all') state.verdict.asking = false;
	return answer !== 'no';
}
