import {failureFacts} from '../action/failure.ts';
import {undo} from '../action/perform.ts';
import type {ActionName} from '../events.ts';
import type {FinishedAction, RunState} from '../run-state.ts';
import {journalActionName} from './resume.ts';

/**
 * Undoes the actions of a failed host in reverse order, back to the last completed move of a guest: what precedes it
 * may be required by that guest.
 */
export async function unwind(host: string, state: RunState): Promise<void> {
	const done = state.done.get(host) ?? [];
	for (let last = done.at(-1); last !== undefined; last = done.at(-1)) {
		const {step} = last.planned;
		if ('undo' in step && step.isFinal === true) return;
		done.pop();
		if (!(await undoFinished(last, state))) return;
	}
}

/** Undoes a completed action, if possible. False if it got stuck. */
export async function undoFinished(
	{planned, receipt, title, world}: FinishedAction,
	state: RunState,
): Promise<boolean> {
	const {input, verdict} = state;
	const {step} = planned;
	if (!('undo' in step)) {
		verdict.irreversible.push(`${title} on ${planned.host}: ${step.irreversible}`);
		return true;
	}
	const action: ActionName = {...journalActionName(planned), title};
	const begun = input.world.clock.now();
	input.emit({type: 'undo-started', at: begun, action});
	const undone = await undo(planned, receipt, {
		world,
		journal: input.journal,
		signal: input.undoSignal,
		undoSignal: input.undoSignal,
		progress: () => {},
	});
	const at = input.world.clock.now();
	if (undone.end === 'undone') {
		input.emit({type: 'action-ended', at, action, outcome: 'undone', durationMs: at - begun});
		return true;
	}
	verdict.stuck = true;
	const failure = failureFacts(undone.error, undone);
	input.emit({type: 'action-ended', at, action, outcome: 'stuck', durationMs: at - begun, failure});
	return false;
}
