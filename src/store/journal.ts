import {type FileHandle, mkdir, open} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Journal, JournalEntry} from '../engine/ports.ts';
import {JournalError} from '../errors.ts';
import {lineDigest, lineOf} from './journal-line.ts';
import type {JournalContent} from './journal-text.ts';
import {privateFile, privateFolder} from './run-folder.ts';

/**
 * A journal on disk: one JSON object per line, numbered, timestamped and with the digest of the line before, synced to disk
 * before `append` resolves.
 */
export interface DiskJournal extends Journal {
	close(): Promise<void>;
}

/** Creates the journal of a run, `journal.jsonl` in its own folder. */
export async function openJournal(folder: string, now: () => number): Promise<DiskJournal> {
	await mkdir(folder, {recursive: true, mode: privateFolder});
	const file = await open(join(folder, 'journal.jsonl'), 'ax', privateFile).catch(refuse);
	// A file survives a power failure only if its folder is synced as well.
	for (const path of [folder, dirname(folder)]) await syncFolder(path).catch(refuse);
	return writeTo(file, {number: 0}, now);
}

/** Reopens the journal of a run that was read before. An incomplete last line is removed. */
export async function reopenJournal(
	folder: string,
	{lines, bytes, digest}: JournalContent,
	now: () => number,
): Promise<DiskJournal> {
	const file = await open(join(folder, 'journal.jsonl'), 'r+').catch(refuse);
	await file.truncate(bytes).catch(refuse);
	await file.close();
	const last = {number: lines.length, digest};
	return writeTo(await open(join(folder, 'journal.jsonl'), 'a').catch(refuse), last, now);
}

async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	await folder.sync().finally(() => folder.close());
}

/** The line after which the next is written: the chain goes on with its digest. */
type LastLine = {readonly number: number; readonly digest?: string};

function writeTo(file: FileHandle, before: LastLine, now: () => number): DiskJournal {
	let last = before;
	const queue = new WriteQueue(file);
	return {
		append(record: JournalEntry) {
			const number = last.number + 1;
			const line = lineOf(number, now(), record, last.digest);
			last = {number, digest: lineDigest(line)};
			return queue.write(line).catch(refuse);
		},
		async close() {
			await queue.idle();
			await file.close();
		},
	};
}

/**
 * Writes in order. Entries that arrive while the disk is busy are written together with a single sync. After a failure
 * nothing more is written, because a partial line may be on the disk and must stay the last one.
 */
class WriteQueue {
	readonly #file: FileHandle;
	#next: {text: string; readonly done: Promise<void>} | undefined;
	#busy: Promise<void> = Promise.resolve();
	#broken: {readonly by: unknown} | undefined;

	constructor(file: FileHandle) {
		this.#file = file;
	}

	write(text: string): Promise<void> {
		if (this.#next === undefined) {
			const done = this.#busy.then(() => this.#flush());
			this.#next = {text: '', done};
			this.#busy = done.catch(() => {});
		}
		this.#next.text += text;
		return this.#next.done;
	}

	idle(): Promise<void> {
		return this.#busy;
	}

	async #flush(): Promise<void> {
		const text = this.#next?.text ?? '';
		this.#next = undefined;
		if (this.#broken !== undefined) throw this.#broken.by;
		try {
			await this.#file.appendFile(text);
			await this.#file.datasync();
		} catch (error) {
			this.#broken = {by: error};
			throw error;
		}
	}
}

function refuse(error: unknown): never {
	throw new JournalError(`cannot write the journal: ${error instanceof Error ? error.message : error}`, {
		cause: error,
	});
}
