import type {Expansion, Part} from '../../steps/step.ts';
import {atFor, gatherForStep, type WholeStep} from '../action/gather-for.ts';
import type {ActionEnd} from '../action/run-action.ts';
import {partId} from '../rehearsal.ts';
import type {RunState} from '../run-state.ts';

/** Notes which moves of an evacuation were begun and failed, and forgets those that have succeeded since. */
export function noteFailedMoves(
	host: string,
	parts: readonly Part[],
	ends: readonly ActionEnd[],
	{failedMoves}: RunState,
): void {
	for (const [index, {guest, uuid, to, on}] of parts.entries()) {
		const {end, refused, result} = ends[index] ?? {};
		const wasBegun = refused !== true && result?.skipped !== true;
		if (end === 'failed' && wasBegun) failedMoves.set(uuid, {host, guest, uuid, to, ...(on === undefined ? {} : {on})});
		else failedMoves.delete(uuid);
	}
}

/**
 * The planned parts, and those moves of an earlier evacuation of this host in the same run that failed: a plan expects
 * that they succeed, so that it has none for the same guest in a later task. Each keeps the destination of the plan.
 */
export async function withFailedMoves(whole: WholeStep, planned: Expansion, state: RunState): Promise<Expansion> {
	const {step, params, name} = whole;
	const inPlan = new Set(planned.parts.map(({uuid}) => uuid));
	const failed = [...state.failedMoves.values()].filter(({host, uuid}) => host === name.host && !inPlan.has(uuid));
	if (step.unplanned === undefined || failed.length === 0) return planned;
	const at = atFor(name.host, name.id, state);
	const facts = await gatherForStep(whole, state);
	const stays = new Set(step.unplanned(params, at, facts).map(({guest}) => guest));
	const chosen = failed.filter(({guest}) => stays.has(guest));
	if (chosen.length === 0) return planned;
	const {parts, limits} = step.expand(params, at, facts, chosen);
	const possible = parts.filter(({refused}) => refused === undefined);
	for (const {guest} of possible) state.input.decisions?.placeAgain(partId(name, guest));
	return {...planned, parts: [...planned.parts, ...possible], limits: {...limits, ...planned.limits}};
}
