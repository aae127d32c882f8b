import {InputError, InterruptedError, StepError, StuckError, UnreachableError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import {decorate} from '../../shell/decorate.ts';
import type {Shell} from '../../shell/shell.ts';
import type {GuestMove, Json, Result, Skip} from '../../steps/step.ts';
import {TemplateError} from '../../template/error.ts';
import type {ActionName, Failure} from '../events.ts';
import type {RunState} from '../run-state.ts';
import {UndecidedError} from '../undecided-error.ts';
import {failureFacts, isBusy, isOfDestination, mayRetry} from './failure.ts';
import {atFor, gatherFor} from './gather-for.ts';
import {hiddenText} from './hidden.ts';
import {type AnyStep, type ExecutionDeps, type PlannedStep, type StuckAction, undo, writtenHosts} from './perform.ts';
import {holdToPlan} from './verify-against-plan.ts';

/** An action as requested by the playbook, before facts are known. */
export type ActionRequest = {
	readonly name: ActionName;
	/** The host that the action belongs to, and that fails with it. */
	readonly owner: string;
	readonly step: AnyStep;
	readonly params: Json;
	readonly attempts: number;
	readonly delayMs: number;
	/** Its task does it again until a condition is true. */
	readonly repeats?: boolean;
	/** Applies the conditions of the task to the result: failed, changed, and whether to retry. */
	readonly judge: (result: Result) => TaskVerdict;
	/** May it be tried again now? Always when left out. */
	readonly mayRetry?: () => boolean;
	/** Whether the host continues after a failure with this result. */
	readonly isIgnored?: (result: Result) => boolean;
	/** Facts that were just read: the first attempt uses them and reads only missing ones. */
	readonly fresh?: Facts | undefined;
};

export type TaskVerdict = {
	readonly failed: boolean;
	readonly changed: boolean;
	readonly again: boolean;
	/** The outcome according to the task's conditions. */
	readonly says?: Result;
};

/** The result of one attempt. */
export type AttemptResult =
	| {readonly end: 'skipped'; readonly reason: string}
	/** Not performed, only noted. */
	| {readonly end: 'noted'}
	| {readonly end: 'done'; readonly result: Result; readonly move?: GuestMove | undefined}
	| {
			readonly end: 'failed' | 'stuck' | 'interrupted';
			readonly failure: Failure;
			readonly retry: 'busy' | boolean;
			/** Successful, but the condition of `until` is false. */
			readonly polling: boolean;
			readonly result: Result;
			readonly move?: GuestMove | undefined;
			/** It is for a reason of the host that its guest goes to. */
			readonly ofDestination?: boolean;
	  };

/** Plans an action from fresh facts and executes it once. */
export async function tryOnce(
	wanted: ActionRequest,
	fresh: Facts | undefined,
	state: RunState,
): Promise<AttemptResult> {
	const {step, name} = wanted;
	const {input, verdict, executor} = state;
	const left = input.decisions?.skipOf(name.id);
	if (left !== undefined) return {end: 'skipped', reason: `skipped in the plan: ${left}`};
	const leftOut = state.leftOut.get(name.id);
	if (leftOut !== undefined) return {end: 'skipped', reason: leftOut};
	const finished = state.finished.get(name.id);
	// If it is requested again, for example by `until`, it is performed again.
	state.finished.delete(name.id);
	let planned: PlannedStep;
	try {
		const action = finished?.action ?? (await planAction(step, wanted.params, name, fresh, state));
		if (isSkip(action)) {
			executor.nothingToDo(action.skip);
			return {end: 'skipped', reason: action.skip};
		}
		const {overrides} = input;
		planned = {
			id: name.id,
			host: name.host,
			step,
			action,
			...(overrides === undefined ? {} : {overrides}),
			...(wanted.repeats === true ? {repeats: true} : {}),
		};
		if (finished === undefined) await holdToPlan(name, step, action, state);
		if (finished === undefined && step.exclusive === true) await input.hold?.(writtenHosts(planned));
	} catch (error) {
		if (error instanceof UndecidedError) throw error;
		executor.cannotPlan(error, wanted.attempts);
		return {...failedWith(error, prerequisiteFacts(error)), ofDestination: isOfDestination(error, name.to ?? '')};
	}
	const {action} = planned;
	const notice = () => {
		verdict.tried = true;
	};
	const tools: ExecutionDeps = {
		world: {...input.world, shell: noticing(input.world.shell, notice)},
		journal: input.journal,
		signal: input.signal,
		undoSignal: input.undoSignal,
		progress: progress => input.emit({type: 'action-progress', at: input.world.clock.now(), action: name, progress}),
	};
	const performed =
		finished === undefined
			? await executor.execute(
					{
						name,
						planned,
						params: wanted.params,
						at: atFor(name.host, name.id, state),
						hidden: input.overrides?.hidden === true,
					},
					tools,
				)
			: ({end: 'succeeded', receipt: finished.receipt} as const);
	if (performed.end === 'noted') {
		noteMove(step.guest?.(action), state);
		return {end: 'noted'};
	}
	if (performed.end !== 'succeeded') {
		const move = step.guest?.(action);
		const failure = failureFacts(performed.error, performed);
		const ofDestination = performed.end === 'failed' && isOfDestination(performed.error, name.to ?? '');
		return {
			end: performed.end,
			failure,
			retry: retryOf(performed.error),
			polling: false,
			result: {},
			move,
			ofDestination,
		};
	}
	const raw = performed.receipt === hiddenText ? {censored: hiddenText} : step.result(action, performed.receipt);
	// Performed, whatever the task's conditions decide, so it can be undone.
	if (step.effect === 'write') {
		const done = state.done.get(wanted.owner) ?? [];
		done.push({planned, receipt: performed.receipt, title: name.title, world: input.world});
		state.done.set(wanted.owner, done);
		const move = step.guest?.(action, performed.receipt);
		// Files that are not proven to belong to the guest are not changed when it moves back.
		noteMove(move && {kept: [], ...move}, state);
	}
	// Its own result is not known: what a person has said of it stands.
	const isVouched = finished?.resolution?.as === 'done';
	const judged = isVouched ? {failed: false, changed: true, again: false} : wanted.judge(raw);
	if (judged.again || judged.failed) executor.notAccepted(wanted.attempts);
	const result = {...raw, ...judged.says, changed: judged.changed, failed: judged.failed};
	if (step.effect === 'write') verdict.changed ||= judged.changed;
	if (!judged.failed && !judged.again) return {end: 'done', result, move: step.guest?.(action, performed.receipt)};
	const message = judged.failed ? String(raw.msg ?? 'failed_when is true') : 'the condition of `until` is false';
	const remedies = judged.failed && Array.isArray(raw.remedies) ? raw.remedies.map(String) : [];
	const failure = {...failureFacts(new StepError(message)), remedies, ...commandOf(raw, name.host)};
	const stuck = judged.failed ? await takenBack(planned, performed.receipt, wanted.owner, tools, state) : undefined;
	if (stuck !== undefined)
		return {end: 'stuck', failure: failureFacts(stuck.error, stuck), retry: false, polling: false, result};
	return {end: 'failed', failure, retry: true, polling: judged.again, result};
}

/**
 * Undoes an action that failed by its result, such as a command with `undo`, like one that failed by itself. Returns
 * the result if this got stuck.
 */
async function takenBack(
	planned: PlannedStep,
	receipt: unknown,
	owner: string,
	tools: ExecutionDeps,
	state: RunState,
): Promise<StuckAction | undefined> {
	const {step} = planned;
	if (step.effect === 'read' || !('undo' in step) || step.isFinal === true) return undefined;
	const undone = await undo(planned, receipt, tools);
	if (undone.end === 'stuck') return undone;
	const done = state.done.get(owner) ?? [];
	state.done.set(
		owner,
		done.filter(one => one.planned !== planned),
	);
	return undefined;
}

function noteMove(move: GuestMove | undefined, {moved}: RunState): void {
	if (move !== undefined) moved.push(move);
}

/** A shell that records when a write has been sent to a host: later failures are not mere failed prerequisites. */
function noticing(shell: Shell, notice: () => void): Shell {
	return decorate(shell, async (command, run) => {
		const outcome = await run(command);
		if (command.effect === 'write') notice();
		return outcome;
	});
}

/** Reads the facts that the step requires, and plans the action. */
async function planAction(
	step: AnyStep,
	params: Json,
	name: ActionName,
	fresh: Facts | undefined,
	state: RunState,
): Promise<Json | Skip> {
	const at = atFor(name.host, name.id, state);
	const isOptional = (request: FactRequest) => step.isOptional?.(request, at) === true;
	const facts = await gatherFor(facts => step.needs(params, at, facts), state, fresh, isOptional);
	return step.plan(params, at, facts);
}

function isSkip(planned: Json | Skip): planned is Skip {
	return typeof planned === 'object' && planned !== null && 'skip' in planned && typeof planned.skip === 'string';
}

function retryOf(error: unknown): 'busy' | boolean {
	return isBusy(error) ? 'busy' : mayRetry(error);
}

function failedWith(
	error: unknown,
	failure: Failure,
): Exclude<AttemptResult, {readonly end: 'skipped' | 'noted' | 'done'}> {
	const end = error instanceof InterruptedError ? 'interrupted' : error instanceof StuckError ? 'stuck' : 'failed';
	return {end, failure, retry: retryOf(error), polling: false, result: {}};
}

/** Nothing has been changed yet, so any failure is a failed prerequisite. */
function prerequisiteFacts(error: unknown): Failure {
	const failure = failureFacts(error);
	if (error instanceof StepError || error instanceof InputError || error instanceof TemplateError) {
		return {...failure, code: 'prerequisite'};
	}
	return error instanceof UnreachableError ? {...failure, code: 'unreachable'} : failure;
}

function commandOf(result: Result, host: string): Pick<Failure, 'command'> {
	const {cmd, stderr} = result;
	const line = Array.isArray(cmd) ? cmd.join(' ') : cmd;
	return typeof line === 'string' ? {command: {host, line, stderr: String(stderr ?? '')}} : {};
}
