import type {Facts} from '../../facts/facts.ts';
import type {CompositeStep, Expansion, Json, Part, Result} from '../../steps/step.ts';
import {failureFacts} from '../action/failure.ts';
import {atFor, gatherFor, gatherForStep} from '../action/gather-for.ts';
import type {AnyStep} from '../action/perform.ts';
import type {RetryPolicy} from '../action/retry-policy.ts';
import {type ActionEnd, runAction} from '../action/run-action.ts';
import type {ActionRequest} from '../action/try-once.ts';
import type {ActionName, Failure} from '../events.ts';
import {partId} from '../rehearsal.ts';
import type {RunState, TaskEnd} from '../run-state.ts';
import {Breaker} from './breaker.ts';
import {noteFailedMoves, withFailedMoves} from './failed-moves.ts';
import {noteLeft, noteNotBegun} from './note-guest.ts';
import {outsideWindow} from './outside-window.ts';
import {placeAgain, placedAgainId, placedBefore} from './place-again.ts';

/** Runs a composite step: each part independently, concurrently within the limits. */
export async function runParts(
	// biome-ignore lint/suspicious/noExplicitAny: the registry has forgotten the types.
	step: CompositeStep<any>,
	params: Json,
	name: ActionName,
	retryPolicy: RetryPolicy,
	state: RunState,
): Promise<ActionEnd> {
	const expanded = await expand(step, params, name, state);
	if ('failure' in expanded) return refused(name, expanded.failure, state);
	const {expansion, facts} = expanded;
	const {emit, world} = state.input;
	const unplanned = await unplannedIn(step, params, name, expansion, state);
	for (const {guest, reason, remedy} of [...expansion.left, ...unplanned]) {
		emit({type: 'guest-left', at: world.clock.now(), guest, host: name.host, reason, remedy});
		await noteLeft(guest, name.host, reason, state);
	}
	state.limits.declare(expansion.limits);
	const lenient = step.bestEffort?.(params) === true;
	const bounds = step.bounds?.(params);
	const first = await state.executor.runParts(
		{name, expansion, triesAgain: step.bestEffort !== undefined, bounds},
		(part, breaker) => runPart(part, {name, retryPolicy, lenient, breaker, facts}, state),
	);
	const again = new Breaker(bounds ?? {}, expansion.parts.length);
	const ends = await placeAgain(
		{step, params, name},
		expansion.parts,
		first,
		part => runPart(part, {name, retryPolicy, lenient, breaker: again, facts: undefined, isElsewhere: true}, state),
		state,
	);
	if (step.unplanned !== undefined) noteFailedMoves(name.host, expansion.parts, ends, state);
	if (step.drainsHost === false) state.emptying.delete(name.host);
	const homeless = [...expansion.left, ...unplanned].filter(({fails}) => fails);
	if (homeless.length > 0) {
		const message = whyHomeless(homeless);
		await refused(name, {...failureFacts(undefined), code: 'prerequisite', message}, state);
	}
	const unknown = ends.some(end => end.unknown === true) ? {unknown: true as const} : {};
	return {end: worst(ends, homeless.length > 0), result: summary(ends, expansion, lenient), ...unknown};
}

/** Guests that are not in the plan, because they are on the host only since it was made. */
async function unplannedIn(
	// biome-ignore lint/suspicious/noExplicitAny: see above.
	step: CompositeStep<any>,
	params: Json,
	name: ActionName,
	expansion: Expansion,
	state: RunState,
): Promise<Expansion['left']> {
	if (step.unplanned === undefined) return [];
	if (state.executor.decidedParts(name.id, state.input.decisions) === undefined) return [];
	const known = new Set([...expansion.parts, ...expansion.left].map(({guest}) => guest));
	const needs = [{kind: 'domains', host: name.host}] as const;
	const facts = await gatherFor(
		() => needs,
		state,
		undefined,
		() => true,
	);
	return step.unplanned(params, atFor(name.host, name.id, state), facts).filter(({guest}) => !known.has(guest));
}

/** Groups guests that stay for the same reason. */
function whyHomeless(homeless: Expansion['left']): string {
	const reasons = [...new Set(homeless.map(({reason}) => reason))];
	return reasons
		.map(reason => `${named(homeless.filter(one => one.reason === reason).map(({guest}) => guest))}: ${reason}`)
		.join('; ');
}

/** Maximum number of guests named in a message. */
const mostNamed = 8;

function named(guests: readonly string[]): string {
	const shown = guests.slice(0, mostNamed).join(', ');
	return guests.length > mostNamed ? `${shown} and ${guests.length - mostNamed} others` : shown;
}

type Expanded = {readonly expansion: Expansion; readonly facts: Facts | undefined} | {readonly failure: Failure};

async function expand(
	// biome-ignore lint/suspicious/noExplicitAny: see above.
	step: CompositeStep<any>,
	params: Json,
	name: ActionName,
	state: RunState,
): Promise<Expanded> {
	try {
		const {decisions} = state.input;
		const decided = state.executor.decidedParts(name.id, decisions);
		if (decided !== undefined) {
			return {expansion: await withFailedMoves({step, params, name}, decided, state), facts: undefined};
		}
		const chosen = decisions?.chosenOf(name.id);
		if (chosen === undefined) decisions?.demand(name, undefined);
		const at = atFor(name.host, name.id, state);
		const facts = await gatherForStep({step, params, name}, state);
		const expansion = step.expand(params, at, facts, chosen);
		decisions?.note(expansion.parts.map(part => ({...part, id: partId(name, part.guest)})));
		return {expansion, facts};
	} catch (error) {
		state.executor.cannotPlan(error, 1);
		const failure = failureFacts(error);
		return {
			failure: failure.code === 'unreachable' || failure.code === 'bug' ? failure : {...failure, code: 'prerequisite'},
		};
	}
}

/** The state shared by the parts of a step. */
type Whole = {
	readonly name: ActionName;
	readonly retryPolicy: RetryPolicy;
	readonly lenient: boolean;
	readonly breaker: Breaker;
	readonly facts: Facts | undefined;
	/** To another host than the one that was chosen first. */
	readonly isElsewhere?: true;
};

async function runPart(chosen: Part, whole: Whole, state: RunState): Promise<ActionEnd> {
	const {retryPolicy, lenient, breaker, facts} = whole;
	const {emit, world, signal, steps, decisions} = state.input;
	const {part, id, insteadOf} = placeOf(chosen, whole, state);
	const {step, guest, to, on: host = whole.name.host} = part;
	const name: ActionName = {...whole.name, id, host, step, title: `${guest} to ${to}`, guest, to, ...insteadOf};
	if (id !== partId(whole.name, guest)) decisions?.placeAgain(id);
	let waited = false;
	const held = (limit: string) => {
		waited = true;
		const weight = part.weight === undefined ? {} : {weight: part.weight};
		emit({type: 'action-waiting', at: world.clock.now(), action: name, limit, ...weight});
	};
	let release: () => void;
	try {
		release = await state.limits.acquire(part.claims, signal, {weight: part.weight, held});
	} catch {
		return {...notBegun(name, 'the run is being stopped', state), end: 'interrupted'};
	}
	try {
		if (breaker.reason !== undefined) {
			await noteLeft(guest, host, `not started: ${breaker.reason}`, state);
			return notBegun(name, breaker.reason, state);
		}
		const closed = () => whyNotNow(part, id, breaker, state);
		const outside = closed();
		if (outside !== undefined) return await outsideWindow(name, outside, state);
		const wanted: ActionRequest = {
			name,
			owner: whole.name.host,
			step: steps.get(step) as AnyStep,
			params: part.params,
			...retryPolicy,
			// After waiting, facts are read again.
			fresh: waited ? undefined : facts,
			judge: ({failed}) => ({failed: failed === true, changed: true, again: false}),
			isIgnored: () => lenient,
			mayRetry: () => closed() === undefined,
		};
		const note = breaker.begin();
		const ended = await runAction(wanted, state);
		note(ended.end === 'ok' ? 'good' : ended.refused === true ? 'refused' : 'bad');
		await noteNotBegun(guest, host, ended, state);
		return ended;
	} finally {
		release();
	}
}

type Place = {readonly part: Part; readonly id: string; readonly insteadOf: Pick<ActionName, 'insteadOf'>};

/** Where a part goes, and what its action is called: a run that died may have moved its guest elsewhere than planned. */
function placeOf(chosen: Part, {name, isElsewhere}: Whole, state: RunState): Place {
	const planned = partId(name, chosen.guest);
	const before = placedBefore(planned, state);
	const to = before ?? chosen.to;
	if (before === undefined && isElsewhere !== true) return {part: chosen, id: planned, insteadOf: {}};
	const params = {...(chosen.params as object), to} as Json;
	return {part: {...chosen, to, params}, id: placedAgainId(planned, to), insteadOf: {insteadOf: planned}};
}

/** Why a move may not begin now: it is outside a window, or is expected to end outside. */
function whyNotNow({expected}: Part, id: string, breaker: Breaker, {input}: RunState): string | undefined {
	const now = input.world.clock.now();
	const durationMs = expected?.durationMs ?? input.decisions?.expectedMs(id) ?? 0;
	return breaker.whyNotNow(now, durationMs) ?? input.whyNotNow?.(now, durationMs);
}

/** Reports a guest whose move was not started. */
function notBegun(name: ActionName, reason: string, {input}: RunState): ActionEnd {
	const {guest = name.title, host} = name;
	const remedy = 'check why the other moves failed and run the playbook again: guests that have moved are skipped';
	input.emit({type: 'guest-left', at: input.world.clock.now(), guest, host, reason: `not started: ${reason}`, remedy});
	return {end: 'failed', result: {skipped: true, skip_reason: reason}};
}

function refused(name: ActionName, failure: Failure, state: RunState): ActionEnd {
	const at = state.input.world.clock.now();
	const outcome = failure.code === 'unreachable' ? 'unreachable' : 'failed';
	state.input.emit({type: 'action-ended', at, action: name, outcome, durationMs: 0, failure});
	return {end: 'failed', result: {failed: true, msg: failure.message}};
}

function worst(ends: readonly ActionEnd[], homeless: boolean): TaskEnd {
	const kinds = new Set(ends.map(({end}) => end));
	if (kinds.has('stuck')) return 'stuck';
	if (kinds.has('interrupted')) return 'interrupted';
	return kinds.has('failed') || homeless ? 'failed' : 'ok';
}

function summary(ends: readonly ActionEnd[], {left}: Expansion, lenient: boolean): Result {
	const results = ends.map(({result}) => result);
	return {
		changed: results.some(({changed}) => changed === true),
		failed: !lenient && results.some(({failed}) => failed === true),
		results,
		left: left.map(({guest}) => guest),
	};
}
