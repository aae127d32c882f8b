import {maskedData} from '../../shell/mask.ts';
import type {Json} from '../../steps/step.ts';
import type {ActionName} from '../events.ts';
import type {RunState} from '../run-state.ts';
import type {AnyStep} from './perform.ts';

/**
 * Compares a writing action with the plan being applied: the plan must contain it exactly as derived from the current
 * state, and its destination must still have enough memory.
 *
 * @throws StepError otherwise.
 */
export async function holdToPlan(name: ActionName, step: AnyStep, action: Json, {input}: RunState): Promise<void> {
	const {decisions, world, overrides} = input;
	if (decisions === undefined || step.effect === 'read') return;
	const isHidden = overrides?.hidden === true;
	decisions.demand(name, isHidden ? undefined : maskedData(action), step.drift);
	const move = step.guest?.(action);
	const load = step.load?.(action);
	if (move === undefined || load === undefined || isHidden || !decisions.has(name.id)) return;
	const request = {kind: 'host', host: move.to} as const;
	decisions.demandRoom(move, load.requiredKib, (await world.gatherer.read([request])).of(request));
}
