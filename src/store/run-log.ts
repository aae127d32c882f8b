import {createWriteStream} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {finished} from 'node:stream/promises';
import type {Event} from '../engine/events.ts';
import {maskedData} from '../shell/mask.ts';
import {privateFile} from './run-folder.ts';

/** Writes the events of a run to `events.jsonl` in its folder, from which `vacate log` prints them again. */
export type LogRecorder = {on(event: Event): void; close(): Promise<void>};

/** Progress is left out: it is in `progress.jsonl`. Of a result, only the message that was shown is kept. */
export function recordLog(folder: string): LogRecorder {
	const file = createWriteStream(join(folder, 'events.jsonl'), {flags: 'a', mode: privateFile});
	// A failure to write it is ignored: the log then consists of the records of the journal.
	file.on('error', () => {});
	return {
		on(event) {
			if (event.type === 'action-progress') return;
			file.write(`${JSON.stringify(maskedData(shown(event)))}\n`);
		},
		async close() {
			file.end();
			await finished(file).catch(() => {});
		},
	};
}

function shown(event: Event): Event {
	if (event.type !== 'action-ended' || event.result === undefined) return event;
	const {result, ...rest} = event;
	return result.msg === undefined ? rest : {...rest, result: {msg: result.msg}};
}

/** The events of a run in their order; none for a run of an older version. An incomplete line is left out. */
export async function readLog(folder: string): Promise<readonly Event[]> {
	const text = await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => '');
	return text.split('\n').flatMap(line => {
		try {
			return [JSON.parse(line) as Event];
		} catch {
			return [];
		}
	});
}
