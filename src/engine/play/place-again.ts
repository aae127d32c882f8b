import {firstId} from '../../plan/document/action-id.ts';
import type {Part, Rejected} from '../../steps/step.ts';
import {atFor, gatherForStep, type WholeStep} from '../action/gather-for.ts';
import type {ActionEnd} from '../action/run-action.ts';
import {mayContinue, type RunState} from '../run-state.ts';

/**
 * When all parts have ended: each guest whose move failed for a reason of its destination moves to another one, one guest
 * after the other, so that none takes the room of a move that was planned. Each destination is tried once.
 */
export async function placeAgain(
	whole: WholeStep,
	parts: readonly Part[],
	ends: readonly ActionEnd[],
	run: (part: Part) => Promise<ActionEnd>,
	state: RunState,
): Promise<readonly ActionEnd[]> {
	const all = [...ends];
	for (const [index, first] of parts.entries()) {
		const tried: Rejected[] = [];
		let part = first;
		for (let end = all[index]; end?.ofDestination === true && mayContinue(state); end = all[index]) {
			tried.push({host: part.to, reason: String(end.result.msg ?? 'it did not take the guest')});
			const next = await nextPart(whole, part, tried, state);
			if (next === undefined) break;
			part = next;
			all[index] = await run(part);
		}
	}
	return all;
}

/** The move to the next best destination, told before it begins; undefined when there is none. */
async function nextPart(
	{step, params, name}: WholeStep,
	{guest, uuid}: Part,
	tried: readonly Rejected[],
	state: RunState,
): Promise<Part | undefined> {
	const at = atFor(name.host, name.id, state);
	const facts = await gatherForStep({step, params, name}, state).catch(() => undefined);
	const next = facts && step.nextBest?.(params, at, facts, uuid, tried);
	if (next === undefined) return undefined;
	const {emit, world, journal} = state.input;
	const placed = {guest, host: name.host, to: next.to, tried};
	await journal.append({type: 'placed-again', ...placed});
	emit({type: 'guest-placed-again', at: world.clock.now(), ...placed});
	return next;
}

/** A move to another destination than the planned one is an action of its own: `play1.task1@kvm1#web1>kvm3`. */
export function placedAgainId(id: string, to: string): string {
	return `${id}>${to}`;
}

/** The destination to which a run that died had moved the guest of a part, other than the planned one. */
export function placedBefore(id: string, {finished}: RunState): string | undefined {
	const prefix = placedAgainId(id, '');
	const found = [...finished.keys()].find(key => key.startsWith(prefix));
	return found && firstId(found.slice(prefix.length));
}
