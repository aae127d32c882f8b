import {type FileHandle, mkdir, open} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Journal, JournalEntry} from '../engine/ports.ts';
import {JournalError} from '../errors.ts';
import {lineOf} from './journal-line.ts';
import type {JournalContent} from './read-journal.ts';
import {privateFile, privateFolder} from './run-folder.ts';

/** A journal on disk: one JSON object per line, numbered and timestamped, synced to disk before `append` resolves. */
export interface DiskJournal extends Journal {
	close(): Promise<void>;
}

/** Creates the journal of a run, `journal.jsonl` in its own folder. */
export async function openJournal(folder: string, now: () => number): Promise<DiskJournal> {
	await mkdir(folder, {recursive: true, mode: privateFolder});
	const file = await open(join(folder, 'journal.jsonl'), 'ax', privateFile).catch(refuse);
	// A file survives a power failure only if its folder is synced as well.
	for (const path of [folder, dirname(folder)]) await syncFolder(path).catch(refuse);
	return writeTo(file, 0, now);
}

/** Reopens the journal of a run that was read before. An incomplete last line is removed. */
export async function reopenJournal(
	folder: string,
	{lines, bytes}: JournalContent,
	now: () => number,
): Promise<DiskJournal> {
	const file = await open(join(folder, 'journal.jsonl'), 'r+').catch(refuse);
	await file.truncate(bytes).catch(refuse);
	await file.close();
	return writeTo(await open(join(folder, 'journal.jsonl'), 'a').catch(refuse), lines.length, now);
}

async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	await folder.sync().finally(() => folder.close());
}

function writeTo(file: FileHandle, already: number, now: () => number): DiskJournal {
	let number = already;
	const queue = new WriteQueue(file);
	return {
		append(record: JournalEntry) {
			number += 1;
			return queue.write(lineOf(number, now(), record)).catch(refuse);
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
