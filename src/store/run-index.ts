import {readdirSync, statSync} from 'node:fs';
import {readFile, rename, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {JournalContent} from './journal-text.ts';
import {readJournal, runsFolder} from './read-journal.ts';
import {demandOwnFolder, privateFile} from './run-folder.ts';

/** A run in its folder: the summary of its journal, or why the journal cannot be read. */
export type IndexedRun<Summary> = {readonly run: string; readonly folder: string} & (
	| {readonly summary: Summary}
	| {readonly problem: string}
);

/** The summary of a journal, valid as long as the journal has this size and time of change. */
type Entry<Summary> = {readonly size: number; readonly mtimeMs: number; readonly summary: Summary};

type Entries<Summary> = Readonly<Record<string, Entry<Summary>>>;

const runName = /^\d{8}-\d{6}-[a-z0-9]{4}$/;

/**
 * All runs, the most recent first. Summaries are stored in a file next to the folder of the runs, so that only journals
 * that have changed are read. That file can be deleted at any time.
 *
 * @param format The version of the summaries: those of another version are not used.
 * @throws PrerequisiteError if the folder belongs to another user.
 */
export async function indexRuns<Summary>(
	format: number,
	summarize: (journal: JournalContent) => Promise<Summary>,
	root = runsFolder,
): Promise<readonly IndexedRun<Summary>[]> {
	for (const folder of [dirname(root), root]) await demandOwnFolder(folder);
	const file = join(dirname(root), 'runs-index.json');
	const known = await readEntries<Summary>(file, format);
	const fresh: Record<string, Entry<Summary>> = {};
	const runs: IndexedRun<Summary>[] = [];
	let isChanged = false;
	for (const run of runNamesIn(root)) {
		const folder = join(root, run);
		try {
			const {size, mtimeMs} = statSync(join(folder, 'journal.jsonl'));
			const entry = Object.hasOwn(known, run) ? known[run] : undefined;
			const isValid = entry?.size === size && entry.mtimeMs === mtimeMs;
			const summary = isValid ? entry.summary : await summarize(await readJournal(folder));
			fresh[run] = {size, mtimeMs, summary};
			isChanged ||= !isValid;
			runs.push({run, folder, summary});
		} catch (error) {
			runs.push({run, folder, problem: error instanceof Error ? error.message : String(error)});
		}
	}
	isChanged ||= Object.keys(known).length !== Object.keys(fresh).length;
	if (isChanged) await writeEntries(file, format, fresh);
	return runs;
}

function runNamesIn(root: string): readonly string[] {
	try {
		return readdirSync(root, {withFileTypes: true})
			.filter(entry => entry.isDirectory() && runName.test(entry.name))
			.map(({name}) => name)
			.sort()
			.reverse();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}

async function readEntries<Summary>(file: string, format: number): Promise<Entries<Summary>> {
	try {
		const read: {readonly format: number; readonly runs: Entries<Summary>} = JSON.parse(await readFile(file, 'utf8'));
		return read.format === format ? read.runs : {};
	} catch {
		return {};
	}
}

/** A failure to write it is ignored: the next listing reads the journals again. */
async function writeEntries<Summary>(file: string, format: number, runs: Entries<Summary>): Promise<void> {
	const own = `${file}.${process.pid}`;
	await writeFile(own, JSON.stringify({format, runs}), {mode: privateFile})
		.then(() => rename(own, file))
		.catch(() => {});
}
