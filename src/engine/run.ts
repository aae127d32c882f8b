import type {CommandOutcome} from '../exit-code.ts';
import type {Recap} from './events.ts';
import {runPlay} from './play/run-play.ts';
import type {JournalEntry} from './ports.ts';
import type {RecapBook} from './recap.ts';
import {recordedRun} from './recorded-run.ts';
import {resumeRun} from './recovery/resume.ts';
import {mayContinue, type RunInput, type RunState} from './run-state.ts';

/**
 * Runs a playbook: play by play, task by task, each task on all hosts of its play before the next one. A host
 * that fails runs no more tasks, and its completed actions are undone.
 */
export function runPlaybook(input: RunInput): Promise<Recap> {
	return recordedRun(input, firstRecord(input), async (state, book) => {
		const {before, provenance} = input;
		if (before !== undefined) await resumeRun(before, state);
		else if (provenance !== undefined) await input.journal.append({type: 'provenance', ...provenance});
		for (const play of input.playbook.plays) {
			if (!mayContinue(state) || !(await runPlay(play, state))) break;
		}
		return outcomeOf(state, book);
	});
}

function firstRecord({run, playbook, call, before, origin}: RunInput): JournalEntry {
	const who = origin === undefined ? {} : {origin};
	if (before !== undefined) return {type: 'resumed', by: `process ${process.pid}`, ...who};
	return {type: 'run', version: 3, run, playbook: playbook.file, ...(call === undefined ? {} : {call}), ...who};
}

/** A host that is out of the play has failed, unless the playbook cleared its errors. */
function outcomeOf({input, verdict, out}: RunState, {hasRolledBack}: RecapBook): CommandOutcome {
	return {
		of: 'run',
		isStuck: verdict.stuck,
		isInterrupted: input.signal.aborted,
		failedHosts: out.size,
		hasWritten: verdict.tried,
		hasRolledBack,
	};
}
