import {type FileHandle, mkdir, open} from 'node:fs/promises';
import {join} from 'node:path';
import type {Journal, Record} from '../engine/ports.ts';
import {JournalError} from '../errors.ts';

/** A journal on disk: one JSON object a line, each with its number and time, safe on disk before `append` resolves. */
export interface DiskJournal extends Journal {
	close(): Promise<void>;
}

/** Begins the journal of a run, `journal.jsonl` in a folder of its own. */
export async function openJournal(folder: string, now: () => number): Promise<DiskJournal> {
	await mkdir(folder, {recursive: true});
	const file = await open(join(folder, 'journal.jsonl'), 'ax').catch(refuse);
	let number = 0;
	const queue = new WriteQueue(file);
	return {
		append(record: Record) {
			number += 1;
			return queue.write(`${JSON.stringify({n: number, at: now(), ...record})}\n`).catch(refuse);
		},
		async close() {
			await queue.idle();
			await file.close();
		},
	};
}

/** Writes in order; what comes while the disk is busy goes to it together, with one wait for the disk. */
class WriteQueue {
	readonly #file: FileHandle;
	#next: {text: string; readonly done: Promise<void>} | undefined;
	#busy: Promise<void> = Promise.resolve();

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
		await this.#file.appendFile(text);
		await this.#file.datasync();
	}
}

function refuse(error: unknown): never {
	throw new JournalError(`the journal cannot be written: ${error instanceof Error ? error.message : error}`, {
		cause: error,
	});
}
