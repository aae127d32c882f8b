import {createWriteStream} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {finished} from 'node:stream/promises';
import type {Event} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';

/** How far a move was at a time; `id` is that of its action. */
export type ProgressSample = {readonly at: number; readonly id: string} & Progress;

/** Writes how far moves are to `progress.jsonl` in the folder of a run. Only a report reads it. */
export type ProgressRecorder = {on(event: Event): void; close(): Promise<void>};

/** Samples of one move are at least so far apart, and at least this part of the time that it has taken so far. */
const leastMs = 1000;
const leastShare = 0.01;

export function recordProgress(folder: string): ProgressRecorder {
	const file = createWriteStream(join(folder, 'progress.jsonl'), {flags: 'a', mode: 0o600});
	// A failure to write it is ignored: a report then has no curves.
	file.on('error', () => {});
	const moves = new Map<string, {readonly begun: number; readonly last: number; readonly phase: string}>();
	return {
		on(event) {
			if (event.type !== 'action-progress') return;
			const {at, action, progress} = event;
			const known = moves.get(action.id);
			if (known !== undefined && known.phase === progress.phase) {
				if (at - known.last < Math.max(leastMs, leastShare * (at - known.begun))) return;
			}
			moves.set(action.id, {begun: known?.begun ?? at, last: at, phase: progress.phase});
			file.write(`${JSON.stringify({at, id: action.id, ...progress})}\n`);
		},
		async close() {
			file.end();
			await finished(file).catch(() => {});
		},
	};
}

/** The samples of a run, in their order; none where it has no such file. A line that was cut off is left out. */
export async function readProgress(folder: string): Promise<readonly ProgressSample[]> {
	const text = await readFile(join(folder, 'progress.jsonl'), 'utf8').catch(() => '');
	return text.split('\n').flatMap(line => {
		try {
			return [JSON.parse(line) as ProgressSample];
		} catch {
			return [];
		}
	});
}
