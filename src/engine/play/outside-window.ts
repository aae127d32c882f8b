import type {ActionEnd} from '../action/run-action.ts';
import type {ActionName} from '../events.ts';
import type {RunState} from '../run-state.ts';

/** Why the policy does not allow the move of a task to begin now; undefined for everything else. A finished move is not repeated. */
export function policyClosed({id, guest}: ActionName, {input, finished}: RunState): string | undefined {
	if (guest === undefined || finished.has(id)) return undefined;
	return input.whyNotNow?.(input.world.clock.now(), input.decisions?.expectedMs(id) ?? 0);
}

/** A guest that waits for the next window, in which the run can be gone on with. */
export async function outsideWindow(name: ActionName, reason: string, {input}: RunState): Promise<ActionEnd> {
	const {guest = name.title, host} = name;
	await input.journal.append({type: 'left', guest, host, reason, waits: 'window'});
	const remedy = `continue in the next window: vacate resume ${input.run}`;
	input.emit({type: 'guest-left', at: input.world.clock.now(), guest, host, reason, remedy});
	return {end: 'failed', result: {skipped: true, skip_reason: reason}};
}
