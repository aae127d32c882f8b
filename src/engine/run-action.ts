import {InputError, InterruptedError, StepError, StuckError, UnreachableError} from '../errors.ts';
import {type FactRequest, Facts} from '../facts/facts.ts';
import type {Decisions} from '../plan/document/decisions.ts';
import type {Shell} from '../shell/shell.ts';
import type {At, GuestMove, Json, Result} from '../steps/step.ts';
import {TemplateError} from '../template/error.ts';
import type {ActionName, ActionOutcome, Failure} from './events.ts';
import {failureFacts, mayRetry} from './failure.ts';
import {type AnyStep, perform} from './perform.ts';
import type {RunState, TaskEnd} from './run-state.ts';
import {UndecidedError} from './undecided.ts';

/** An action as the playbook asks for it, before the facts are known. */
export type Wanted = {
	readonly name: ActionName;
	/** The host that it is done for: the one that fails with it. */
	readonly owner: string;
	readonly step: AnyStep;
	readonly params: Json;
	readonly attempts: number;
	readonly delayMs: number;
	/** Judges the result as the task says: failed, changed, and whether to try again. */
	readonly judge: (result: Result) => Judgement;
	/** Does its host go on when it fails with this result? */
	readonly isIgnored?: (result: Result) => boolean;
	/** Facts that have just been read: the first attempt plans from them and reads only what they lack. */
	readonly fresh?: Facts | undefined;
};

export type Judgement = {
	readonly failed: boolean;
	readonly changed: boolean;
	readonly again: boolean;
	/** What the result says of having been judged. */
	readonly says?: Result;
};

export type ActionEnd = {
	readonly end: TaskEnd;
	readonly result: Result;
	/** It was only rehearsed: nobody knows its result. */
	readonly unknown?: true;
};

/** Plans one action from fresh facts, does it, and tries again as often as the task allows. */
export async function runAction(asked: Wanted, state: RunState): Promise<ActionEnd> {
	const {emit, world, signal} = state.input;
	const wanted = {...asked, name: uniqueName(asked.name, state)};
	const begun = world.clock.now();
	const end = (outcome: ActionOutcome, rest: EndFacts) =>
		emit({
			type: 'action-ended',
			at: world.clock.now(),
			action: wanted.name,
			outcome,
			durationMs: world.clock.now() - begun,
			...rest,
		});
	for (let attempt = 1; ; attempt++) {
		emit({type: 'action-started', at: world.clock.now(), action: wanted.name, attempt});
		const tried = await tryOnce(wanted, attempt === 1 ? wanted.fresh : undefined, state);
		if (tried.end === 'skipped') {
			end('skipped', {reason: tried.reason});
			return {end: 'ok', result: {changed: false, skipped: true, skip_reason: tried.reason}};
		}
		if (tried.end === 'foreseen') {
			return {end: 'ok', result: {changed: wanted.step.effect === 'write'}, unknown: true};
		}
		if (tried.end === 'done') {
			end(tried.result.changed === true ? 'changed' : 'ok', {result: tried.result, ...moveOf(tried.move)});
			return {end: 'ok', result: {...tried.result, attempts: attempt}};
		}
		if (tried.end === 'failed' && attempt < wanted.attempts && tried.retry && !signal.aborted) {
			const delayMs = tried.polling ? wanted.delayMs : Math.min(60_000, wanted.delayMs * 2 ** (attempt - 1));
			emit({
				type: 'action-retry',
				at: world.clock.now(),
				action: wanted.name,
				attempt,
				delayMs,
				failure: tried.failure,
			});
			if (await slept(delayMs, state)) continue;
		}
		const outcome = outcomeOf(tried.end, tried.failure);
		const result = {
			...tried.result,
			failed: true,
			msg: tried.failure.message,
			attempts: attempt,
			...(outcome === 'unreachable' ? {unreachable: true} : {}),
		};
		const ignored = tried.end === 'failed' && wanted.isIgnored?.(result) === true;
		end(outcome, {
			failure: tried.failure,
			...moveOf(tried.move),
			result: tried.result,
			...(ignored ? {ignored} : {}),
		});
		return {end: ignored ? 'ok' : tried.end, result};
	}
}

/** A task may be done again: a handler that is notified again, a file that is included in a loop. */
function uniqueName(name: ActionName, {begun}: RunState): ActionName {
	const count = (begun.get(name.id) ?? 0) + 1;
	begun.set(name.id, count);
	return count === 1 ? name : {...name, id: `${name.id}~${count}`};
}

type EndFacts = {
	readonly reason?: string;
	readonly failure?: Failure;
	readonly result?: Result;
	readonly move?: GuestMove;
	readonly ignored?: true;
};

type Tried =
	| {readonly end: 'skipped'; readonly reason: string}
	| {readonly end: 'foreseen'}
	| {readonly end: 'done'; readonly result: Result; readonly move?: GuestMove | undefined}
	| {
			readonly end: 'failed' | 'stuck' | 'interrupted';
			readonly failure: Failure;
			readonly retry: boolean;
			/** It went well, but is not yet what `until` waits for. */
			readonly polling: boolean;
			readonly result: Result;
			readonly move?: GuestMove | undefined;
	  };

async function tryOnce(wanted: Wanted, fresh: Facts | undefined, state: RunState): Promise<Tried> {
	const {step, name} = wanted;
	const {input, verdict} = state;
	const {rehearsal, decisions} = input;
	const left = decisions?.skipOf(name.id);
	if (left !== undefined) return {end: 'skipped', reason: `the plan says so: ${left}`};
	let action: Json;
	try {
		const planned = await planAction(step, wanted.params, name, fresh, state);
		if (typeof planned === 'object' && planned !== null && 'skip' in planned) {
			const doubt = rehearsal?.doubtThat(String(planned.skip));
			if (doubt !== undefined) throw doubt;
			return {end: 'skipped', reason: String(planned.skip)};
		}
		action = planned;
		if (step.effect === 'write') await holdTo(decisions, wanted, action, state);
	} catch (error) {
		if (error instanceof UndecidedError) throw error;
		const doubt = rehearsal?.doubt(error);
		if (doubt !== undefined) throw doubt;
		return failedWith(error, prerequisiteFacts(error));
	}
	if (rehearsal !== undefined && !rehearsal.isDone(step, wanted.params, action, atFor(name.host, name.id, state))) {
		rehearsal.foresee({name, step, params: wanted.params, action, hidden: input.hidden === true});
		return {end: 'foreseen'};
	}
	const planned = {id: name.id, host: name.host, step, action};
	const notice = () => {
		verdict.tried = true;
	};
	const performed = await perform(planned, {
		world: {...input.world, shell: noticing(input.world.shell, notice)},
		journal: input.journal,
		signal: input.signal,
		undoSignal: input.undoSignal,
		progress: progress => input.emit({type: 'action-progress', at: input.world.clock.now(), action: name, progress}),
	});
	if (performed.end !== 'succeeded') {
		const move = step.guest?.(action);
		const failure = failureFacts(performed.error, performed.where);
		return {end: performed.end, failure, retry: mayRetry(performed.error), polling: false, result: {}, move};
	}
	const raw = step.result(action, performed.receipt);
	// It is done, whatever the task says of it: it can be taken back.
	if (step.effect === 'write') {
		const done = state.done.get(wanted.owner) ?? [];
		done.push({planned, receipt: performed.receipt, title: name.title, world: input.world});
		state.done.set(wanted.owner, done);
	}
	const judged = wanted.judge(raw);
	const result = {...raw, ...judged.says, changed: judged.changed, failed: judged.failed};
	if (step.effect === 'write') verdict.changed ||= judged.changed;
	if (!judged.failed && !judged.again) return {end: 'done', result, move: step.guest?.(action, performed.receipt)};
	const message = judged.failed
		? String(raw.msg ?? 'its result counts as failed')
		: 'what `until` waits for has not come';
	const failure = {...failureFacts(new StepError(message)), ...commandOf(raw, name.host)};
	return {end: 'failed', failure, retry: true, polling: judged.again, result};
}

/**
 * Does a plan say that this is done, and is all as the plan has found it?
 *
 * @throws StepError when not.
 */
async function holdTo(
	decisions: Decisions | undefined,
	{name, step}: Wanted,
	action: Json,
	{input}: RunState,
): Promise<void> {
	if (decisions === undefined) return;
	decisions.demand(name, input.hidden === true ? undefined : action);
	const move = step.guest?.(action);
	const room = move && decisions.roomFor(name.id);
	if (move === undefined || room === undefined) return;
	const request = {kind: 'host', host: move.to} as const;
	decisions.demandRoom(move, room, (await input.world.gatherer.read([request])).of(request));
}

/** A shell that tells when a write has been sent to a host: from then on a failure is no mere prerequisite. */
function noticing(shell: Shell, notice: () => void): Shell {
	return {
		async run(command, options) {
			const outcome = await shell.run(command, options);
			if (command.effect === 'write') notice();
			return outcome;
		},
		reset: async host => shell.reset?.(host),
		close: () => shell.close(),
	};
}

/** Reads what the step needs and lets it choose. */
async function planAction(
	step: AnyStep,
	params: Json,
	name: ActionName,
	fresh: Facts | undefined,
	state: RunState,
): Promise<Json> {
	const at = atFor(name.host, name.id, state);
	const facts = await gatherFor(facts => step.needs(params, at, facts), state, fresh);
	return step.plan(params, at, facts) as Json;
}

/** What a step may know of its place. */
export function atFor(host: string, id: string, state: RunState): At {
	const {peer, mark, hostsOf} = state.input;
	return {host, peer, mark: mark(id), hosts: hostsOf};
}

/** Asks for facts, beside those that are there, until the step needs no more. */
export async function gatherFor(
	needs: (facts: Facts) => readonly FactRequest[],
	state: RunState,
	known: Facts = new Facts(),
): Promise<Facts> {
	let facts = known;
	for (;;) {
		const missing = needs(facts).filter(request => !facts.has(request));
		if (missing.length === 0) return facts;
		if (state.input.signal.aborted) throw new InterruptedError();
		const read = await state.input.world.gatherer.read(missing);
		facts = facts.with(missing.map(request => [request, read.get(request)] as const));
	}
}

function failedWith(error: unknown, failure: Failure): Tried {
	const end = error instanceof InterruptedError ? 'interrupted' : error instanceof StuckError ? 'stuck' : 'failed';
	return {end, failure, retry: mayRetry(error), polling: false, result: {}};
}

/** Nothing has been done yet: whatever this is, it is a prerequisite that is not met. */
function prerequisiteFacts(error: unknown): Failure {
	const failure = failureFacts(error);
	if (error instanceof StepError || error instanceof InputError || error instanceof TemplateError) {
		return {...failure, code: 'prerequisite'};
	}
	return error instanceof UnreachableError ? {...failure, code: 'unreachable'} : failure;
}

function outcomeOf(end: TaskEnd, failure: Failure): ActionOutcome {
	if (end === 'interrupted') return 'undone';
	if (end === 'stuck') return 'stuck';
	return failure.code === 'unreachable' ? 'unreachable' : 'failed';
}

async function slept(delayMs: number, state: RunState): Promise<boolean> {
	return state.input.world.clock.sleep(delayMs, state.input.signal).then(
		() => true,
		() => false,
	);
}

function moveOf(move: GuestMove | undefined): {move?: GuestMove} {
	return move === undefined ? {} : {move};
}

function commandOf(result: Result, host: string): Pick<Failure, 'command'> {
	const {cmd, stderr} = result;
	const line = Array.isArray(cmd) ? cmd.join(' ') : cmd;
	return typeof line === 'string' ? {command: {host, line, stderr: String(stderr ?? '')}} : {};
}
