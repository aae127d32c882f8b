import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {InputError, JournalError} from '../errors.ts';
import {type JournalLine, readLine} from './journal-line.ts';

/** What a run has written down, and how many bytes of its file that is: behind them a line was cut off. */
export type JournalContent = {readonly lines: readonly JournalLine[]; readonly bytes: number};

/** The versions of the format that can be read. A test reads a journal that each of them has written. */
const readable: readonly number[] = [1, 2];

/** Where the runs of the present folder keep what they write. */
export const runsFolder = join('.vacate', 'runs');

/**
 * Reads the journal of a run. A last line that is not whole was never relied on: whoever wrote it was told nothing.
 *
 * @throws InputError when there is no such run; JournalError when a line is damaged that others follow.
 */
export async function readJournal(folder: string): Promise<JournalContent> {
	const file = join(folder, 'journal.jsonl');
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw new JournalError(`the journal cannot be read: ${error.message}`, {cause: error});
		throw new InputError([{message: `there is no run ${folder}`, hint: `ls ${runsFolder} lists them`}]);
	});
	const lines: JournalLine[] = [];
	let bytes = 0;
	for (const written of text.split('\n').slice(0, -1)) {
		const line = readLine(written);
		if (line === undefined) break;
		if (line.n !== lines.length + 1) {
			throw new JournalError(`${file} line ${lines.length + 1}: record ${line.n} follows record ${lines.length}`);
		}
		lines.push(line);
		bytes += Buffer.byteLength(written) + 1;
	}
	const rest = Buffer.from(text).subarray(bytes).toString();
	if (rest.trimEnd().includes('\n')) {
		throw new JournalError(`${file} line ${lines.length + 1} is damaged, and others follow it`);
	}
	const [first] = lines;
	if (first?.type !== 'run') throw new JournalError(`${file} does not begin as the journal of a run`);
	const {version} = first;
	if (!readable.includes(version)) {
		throw new JournalError(
			`${file} has version ${version} of its format, and this vacate reads ${readable.join(', ')}`,
		);
	}
	return {lines, bytes};
}
