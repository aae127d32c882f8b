import {exitCodes} from '../errors.ts';
import {worldWith} from './action/overrides.ts';
import type {Event, Recap} from './events.ts';
import {RecapBook} from './recap.ts';
import type {JournalReplay} from './recovery/replay.ts';
import {plannedStepOf, resumeRun, stepOf, writtenHosts} from './recovery/resume.ts';
import {undoFinished} from './recovery/unwind.ts';
import {mayContinue, newState, type RunInput} from './run-state.ts';

/** Takes back all that a run did and that can be taken back, the last first. What was under way is ended before. */
export async function undoRun(given: RunInput, before: JournalReplay): Promise<Recap> {
	const book = new RecapBook();
	const emit = (event: Event) => {
		book.on(event);
		given.emit(event);
	};
	const input: RunInput = {...given, emit};
	const state = newState(input);
	const {clock} = input.world;
	const begun = clock.now();
	await input.journal.append({
		type: 'resumed',
		by: `process ${process.pid}, to undo`,
		...(input.origin === undefined ? {} : {origin: input.origin}),
	});
	emit({type: 'run-started', at: begun, run: input.run, playbook: input.playbook.file});
	await resumeRun(before, state);
	const done = [...state.finished.values()]
		.reverse()
		.map(account => {
			const {receipt, overrides = {}} = account;
			const planned = plannedStepOf(account, stepOf(account, input.steps));
			return {planned, receipt, title: planned.step.name, world: worldWith(overrides, input.world)};
		})
		.filter(({planned}) => planned.step.effect === 'write');
	await input.hold?.(done.filter(({planned}) => planned.step.exclusive).flatMap(({planned}) => writtenHosts(planned)));
	for (const one of done) if (!mayContinue(state) || !(await undoFinished(one, state))) break;
	const exitCode = state.verdict.stuck ? exitCodes.stuck : exitCodes.done;
	await input.journal.append({type: 'ended', exitCode});
	const recap = book.close(input.run, exitCode, clock.now() - begun, state.verdict.irreversible);
	emit({type: 'run-ended', at: clock.now(), recap});
	return recap;
}
