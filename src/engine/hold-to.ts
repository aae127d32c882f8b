import {spaceOf} from '../plan/document/transfer.ts';
import {maskedData} from '../shell/mask.ts';
import type {ActionStep, Json} from '../steps/step.ts';
import type {ActionName} from './events.ts';
import type {RunState} from './run-state.ts';

/**
 * Holds an action that writes to the plan that is carried out: it must be there, as the hosts say that it would be now,
 * and its destination must still have the memory and the space.
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
	const {decisions, world, hidden} = input;
	if (decisions === undefined || step.effect === 'read') return;
	decisions.demand(name, hidden === true ? undefined : maskedData(action));
	const move = step.guest?.(action);
	const needKib = move && decisions.roomFor(name.id);
	if (move === undefined || needKib === undefined) return;
	const request = {kind: 'host', host: move.to} as const;
	const needed = spaceOf(action);
	const spaces = needed.map(({folder}) => ({kind: 'space', host: move.to, folder}) as const);
	const facts = await world.gatherer.read([request, ...spaces]);
	decisions.demandRoom(move, needKib, facts.of(request));
	for (const [index, space] of spaces.entries()) {
		const one = needed[index];
		if (one !== undefined) decisions.demandSpace(move, one, facts.of(space));
	}
}
