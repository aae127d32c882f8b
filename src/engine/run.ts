import {exitCodes} from '../errors.ts';
import type {Event, Recap} from './events.ts';
import {runPlay} from './play/run-play.ts';
import {RecapBook} from './recap.ts';
import {resumeRun} from './recovery/resume.ts';
import {mayContinue, newState, type RunInput, type RunState} from './run-state.ts';

/**
 * Runs a playbook: play after play, task after task, each task on all hosts of its play before the next begins. A host
 * that fails is left out of what follows, and what was done for it is taken back.
 */
export async function runPlaybook(given: RunInput): Promise<Recap> {
	const book = new RecapBook();
	const emit = (event: Event) => {
		book.on(event);
		given.emit(event);
	};
	const input: RunInput = {...given, emit};
	const {clock} = input.world;
	const begun = clock.now();
	const state = newState(input);
	const {run, playbook, call, before} = input;
	await input.journal.append(
		before === undefined
			? {type: 'run', version: 1, run, playbook: playbook.file, ...(call === undefined ? {} : {call})}
			: {type: 'resumed', by: `process ${process.pid}`},
	);
	emit({type: 'run-started', at: begun, run, playbook: playbook.file});
	if (before !== undefined) await resumeRun(before, state);
	for (const play of input.playbook.plays) {
		if (!mayContinue(state) || !(await runPlay(play, state))) break;
	}
	const exitCode = exitCodeOf(state, book);
	await input.journal.append({type: 'ended', exitCode});
	const recap = book.close(input.run, exitCode, clock.now() - begun, state.verdict.irreversible);
	emit({type: 'run-ended', at: clock.now(), recap});
	return recap;
}

/** A host that is out has failed, unless the playbook has cleared its errors. */
function exitCodeOf({input, verdict, out}: RunState, book: RecapBook): number {
	if (verdict.stuck) return exitCodes.stuck;
	if (input.signal.aborted) return exitCodes.interrupted;
	if (out.size === 0) return exitCodes.done;
	if (!verdict.tried) return exitCodes.prerequisite;
	return book.hasRolledBack ? exitCodes.undone : exitCodes.incomplete;
}
