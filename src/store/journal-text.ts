import {JournalError} from '../errors.ts';
import {type JournalLine, lineDigest, readLine} from './journal-line.ts';

/** The entries of a journal, and what is needed to continue it. */
export type JournalContent = {
	readonly lines: readonly JournalLine[];
	/** The length of its complete lines: an incomplete line may follow. */
	readonly bytes: number;
	/** The digest of the last complete line, which the next one holds. */
	readonly digest: string;
};

/** The format versions that can be read. For each of them a test reads a journal written in that version. */
const readable: readonly number[] = [1, 2, 3];

/** The first version in which every line but the first holds the digest of the line before. */
const chained = 3;

/**
 * The journal of a text. An incomplete last line is ignored: its write was never acknowledged.
 *
 * @param file Its name in messages.
 * @throws JournalError for a line that is not the one that was written, or that is missing.
 */
export function journalFrom(file: string, text: string): JournalContent {
	const complete = text.split('\n');
	const rest = complete.pop() ?? '';
	const lines: JournalLine[] = [];
	let bytes = 0;
	let digest: string | undefined;
	for (const [index, written] of complete.entries()) {
		const at = `${file}:${index + 1}`;
		const read = readLine(written);
		if (read === undefined) throw changed(at, index === complete.length - 1 ? '' : ' and more lines follow it');
		const {prev, ...line} = read;
		if (line.n !== index + 1) {
			throw new JournalError(`${at}: record ${line.n} follows record ${index}; records are missing`);
		}
		if (prev !== undefined && prev !== digest) {
			throw new JournalError(`${at}: the line before it was changed: its digest is not the one that this line holds`);
		}
		lines.push(line as JournalLine);
		if (prev === undefined && mustBeLinked(lines)) {
			throw new JournalError(`${at}: the line was changed: it does not hold the digest of the line before`);
		}
		bytes += Buffer.byteLength(written) + 1;
		digest = lineDigest(written);
	}
	// A write that was cut off ends before the end of its line, never after it.
	if (/^\{.*,"sum":"[0-9a-f]{8}"\}./s.test(rest)) throw changed(`${file}:${lines.length + 1}`, '');
	const [first] = lines;
	if (first?.type !== 'run' || digest === undefined) throw new JournalError(`${file}:1: not the journal of a run`);
	if (!readable.includes(first.version)) {
		const known = readable.join(', ');
		throw new JournalError(`${file}: unsupported format version ${first.version}; this vacate reads ${known}`);
	}
	return {lines, bytes, digest};
}

/** Whether the last of these lines must hold the digest of the one before. */
function mustBeLinked(lines: readonly JournalLine[]): boolean {
	const [first] = lines;
	return lines.length > 1 && first?.type === 'run' && first.version >= chained;
}

function changed(at: string, more: string): JournalError {
	return new JournalError(`${at}: the line is damaged${more}: it is not as it was written; restore it from a copy`);
}
