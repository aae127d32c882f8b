import {worldWith} from './action/overrides.ts';
import {writtenHosts} from './action/perform.ts';
import type {Recap} from './events.ts';
import {recordedRun} from './recorded-run.ts';
import type {JournalReplay} from './recovery/replay.ts';
import {plannedStepOf, resumeRun, stepOf} from './recovery/resume.ts';
import {undoFinished} from './recovery/unwind.ts';
import {type FinishedAction, mayContinue, type RunInput, type RunState} from './run-state.ts';

/** Undoes everything that a run did and that can be undone, in reverse order. Actions in progress are reconciled first. */
export function undoRun(given: RunInput, before: JournalReplay): Promise<Recap> {
	const who = given.origin === undefined ? {} : {origin: given.origin};
	return recordedRun(given, {type: 'resumed', by: `process ${process.pid}, to undo`, ...who}, async state => {
		const {input, verdict} = state;
		await resumeRun(before, state);
		const done = finishedWrites(state);
		await input.hold?.(
			done.filter(({planned}) => planned.step.exclusive).flatMap(({planned}) => writtenHosts(planned)),
		);
		let left = done.length;
		for (const one of done) {
			if (!mayContinue(state) || !(await undoFinished(one, state))) break;
			left -= 1;
		}
		return {of: 'undo', isStuck: verdict.stuck, isInterrupted: left > 0 && input.signal.aborted};
	});
}

/** The completed actions that changed something, in reverse order. */
function finishedWrites({finished, input}: RunState): readonly FinishedAction[] {
	return [...finished.values()]
		.reverse()
		.map(account => {
			const {receipt, overrides = {}} = account;
			const planned = plannedStepOf(account, stepOf(account, input.steps));
			return {planned, receipt, title: planned.step.name, world: worldWith(overrides, input.world)};
		})
		.filter(({planned}) => planned.step.effect === 'write');
}
