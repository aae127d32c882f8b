import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {InputError, JournalError} from '../errors.ts';
import {type JournalContent, journalFrom} from './journal-text.ts';

/** The folder with the data of all runs, in the current directory. */
export const runsFolder = join('.vacate', 'runs');

/**
 * Reads the journal of a run. An incomplete last line is ignored: its write was never acknowledged.
 *
 * @throws InputError if the run does not exist; JournalError for a line that is not the one that was written.
 */
export async function readJournal(folder: string): Promise<JournalContent> {
	const file = join(folder, 'journal.jsonl');
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw new JournalError(`cannot read the journal: ${error.message}`, {cause: error});
		throw new InputError([{message: `run ${folder} not found`, hint: 'list the runs with: vacate runs'}]);
	});
	return journalFrom(file, text);
}
