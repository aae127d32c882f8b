import type {Json} from '../../steps/step.ts';
import type {ActionEnd} from '../action/run-action.ts';
import type {RunState} from '../run-state.ts';

/** The journal says of each guest that was asked for what became of it, also when nothing was begun. */
export async function noteLeft(guest: string, host: string, reason: string, {input}: RunState): Promise<void> {
	await input.journal.append({type: 'left', guest, host, reason});
}

/** Notes a guest that was refused, as one that has drifted from its plan, or that was skipped: no action tells of it. */
export async function noteNotBegun(
	guest: string,
	host: string,
	{refused, result}: ActionEnd,
	state: RunState,
): Promise<void> {
	if (refused === true) return noteLeft(guest, host, textOf(result.msg ?? 'refused'), state);
	if (result.skipped !== true) return;
	await state.input.journal.append({type: 'skipped', guest, host, reason: textOf(result.skip_reason ?? '')});
}

function textOf(value: Json): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}
