import type {GuestMove, Result} from '../../steps/step.ts';
import type {ActionName, ActionOutcome, Failure} from '../events.ts';
import type {RunState, TaskEnd} from '../run-state.ts';
import {backOffMs, busy} from './retry-policy.ts';
import {type ActionRequest, type AttemptResult, tryOnce} from './try-once.ts';

export type ActionEnd = {
	readonly end: TaskEnd;
	readonly result: Result;
	/** It has failed for a reason of the host that its guest goes to. */
	readonly ofDestination?: true;
	/** Failed before anything was attempted. */
	readonly refused?: true;
	/** Not performed, only noted: its result is unknown. */
	readonly unknown?: true;
};

/**
 * Plans one action from fresh facts, applies it, and retries as often as the task allows. Waiting for a busy host
 * does not count as an attempt.
 */
export async function runAction(asked: ActionRequest, state: RunState): Promise<ActionEnd> {
	const {emit, world, signal, random = Math.random} = state.input;
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
	let waits = 0;
	for (let attempt = 1; ; ) {
		emit({type: 'action-started', at: world.clock.now(), action: wanted.name, attempt});
		const tried = await tryOnce(wanted, attempt === 1 && waits === 0 ? wanted.fresh : undefined, state);
		if (tried.end === 'skipped') {
			end('skipped', {reason: tried.reason});
			return {end: 'ok', result: {changed: false, skipped: true, skip_reason: tried.reason}};
		}
		if (tried.end === 'noted') {
			return {end: 'ok', result: {changed: wanted.step.effect === 'write'}, unknown: true};
		}
		if (tried.end === 'done') {
			end(tried.result.changed === true ? 'changed' : 'ok', {result: tried.result, ...moveOf(tried.move)});
			return {end: 'ok', result: {...tried.result, attempts: attempt}};
		}
		const again =
			tried.end === 'failed' && !signal.aborted && wanted.mayRetry?.() !== false
				? againAfter(tried, wanted, {attempt, waits, random})
				: undefined;
		if (again !== undefined) {
			emit({
				type: 'action-retry',
				at: world.clock.now(),
				action: wanted.name,
				attempt,
				delayMs: again.delayMs,
				failure: tried.failure,
			});
			if (await slept(again.delayMs, state)) {
				if (again.counts) attempt += 1;
				else waits += 1;
				continue;
			}
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
		const refused = tried.failure.code === 'prerequisite' ? ({refused: true} as const) : {};
		const ofDestination = tried.ofDestination === true ? ({ofDestination: true} as const) : {};
		return {end: ignored ? 'ok' : tried.end, result, ...refused, ...ofDestination};
	}
}

type SoFar = {readonly attempt: number; readonly waits: number; readonly random: () => number};

/** Whether to retry, after which time, and whether this counts as an attempt. */
function againAfter(
	{retry, polling}: Extract<AttemptResult, {readonly retry: unknown}>,
	{attempts, delayMs}: ActionRequest,
	{attempt, waits, random}: SoFar,
): {readonly delayMs: number; readonly counts: boolean} | undefined {
	if (retry === 'busy' && waits < busy.tries) return {delayMs: backOffMs(busy.delayMs, 1, random), counts: false};
	if (retry === false || attempt >= attempts) return undefined;
	return {delayMs: polling ? delayMs : backOffMs(delayMs, attempt, random), counts: true};
}

/** A task may run several times: a handler that is notified again, a file that is included in a loop. */
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
