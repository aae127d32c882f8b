import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {InputError, JournalError} from '../errors.ts';
import {type JournalLine, readLine} from './journal-line.ts';

/** The entries of a journal, and the length in bytes of its complete lines: an incomplete line may follow. */
export type JournalContent = {readonly lines: readonly JournalLine[]; readonly bytes: number};

/** The format versions that can be read. For each of them a test reads a journal written in that version. */
const readable: readonly number[] = [1, 2];

/** The folder with the data of all runs, in the current directory. */
export const runsFolder = join('.vacate', 'runs');

/**
 * Reads the journal of a run. An incomplete last line is ignored: its write was never acknowledged.
 *
 * @throws InputError if the run does not exist; JournalError if a line other than the last is damaged.
 */
export async function readJournal(folder: string): Promise<JournalContent> {
	const file = join(folder, 'journal.jsonl');
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw new JournalError(`cannot read the journal: ${error.message}`, {cause: error});
		throw new InputError([{message: `run ${folder} not found`, hint: `list the runs with: ls ${runsFolder}`}]);
	});
	const lines: JournalLine[] = [];
	let bytes = 0;
	for (const written of text.split('\n').slice(0, -1)) {
		const line = readLine(written);
		if (line === undefined) break;
		if (line.n !== lines.length + 1) {
			throw new JournalError(
				`${file}:${lines.length + 1}: record ${line.n} follows record ${lines.length}; records are missing`,
			);
		}
		lines.push(line);
		bytes += Buffer.byteLength(written) + 1;
	}
	const rest = Buffer.from(text).subarray(bytes).toString();
	if (rest.trimEnd().includes('\n')) {
		throw new JournalError(`${file}:${lines.length + 1}: the line is damaged and more lines follow it`);
	}
	const [first] = lines;
	if (first?.type !== 'run') throw new JournalError(`${file}:1: not the journal of a run`);
	const {version} = first;
	if (!readable.includes(version)) {
		throw new JournalError(`${file}: unsupported format version ${version}; this vacate reads ${readable.join(', ')}`);
	}
	return {lines, bytes};
}
