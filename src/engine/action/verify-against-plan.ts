import {maskedData} from '../../shell/mask.ts';
import type {ActionStep, Json} from '../../steps/step.ts';
import type {ActionName} from '../events.ts';
import type {RunState} from '../run-state.ts';

/**
 * Holds an action that writes to the plan that is carried out: it must be there, as the hosts say that it would be now,
 * and its destination must still have the memory.
 *
 * @throws StepError when it is not so.
 */
export async function holdToPlan(
	name: ActionName,
	// biome-ignore lint/suspicious/noExplicitAny: the registry has forgotten the types.
	step: ActionStep<any, any, any>,
	action: Json,
	{input}: RunState,
): Promise<void> {
	const {decisions, world, overrides} = input;
	if (decisions === undefined || step.effect === 'read') return;
	decisions.demand(name, overrides?.hidden === true ? undefined : maskedData(action));
	const move = step.guest?.(action);
	const needKib = move && decisions.roomFor(name.id);
	if (move === undefined || needKib === undefined) return;
	const request = {kind: 'host', host: move.to} as const;
	decisions.demandRoom(move, needKib, (await world.gatherer.read([request])).of(request));
}
