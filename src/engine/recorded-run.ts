import {type CommandOutcome, exitCodeOf} from '../exit-code.ts';
import type {Event, Recap} from './events.ts';
import type {JournalEntry} from './ports.ts';
import {RecapBook} from './recap.ts';
import {newState, type RunInput, type RunState} from './run-state.ts';

/**
 * The frame of every run, new, resumed or undo: the first and last record of the journal,
 * the first and last event, and the recap.
 */
export async function recordedRun(
	given: RunInput,
	first: JournalEntry,
	work: (state: RunState, book: RecapBook) => Promise<CommandOutcome>,
): Promise<Recap> {
	const book = new RecapBook();
	const emit = (event: Event) => {
		book.on(event);
		given.emit(event);
	};
	const input: RunInput = {...given, emit};
	const {journal, run, playbook} = input;
	const {clock} = input.world;
	const begun = clock.now();
	const state = newState(input);
	await journal.append(first);
	emit({type: 'run-started', at: begun, run, playbook: playbook.file});
	const exitCode = exitCodeOf(await work(state, book));
	await journal.append({type: 'ended', exitCode});
	const recap = book.close(run, exitCode, clock.now() - begun, state.verdict.irreversible);
	emit({type: 'run-ended', at: clock.now(), recap});
	return recap;
}
