import {createWriteStream} from 'node:fs';
import {join} from 'node:path';
import {finished} from 'node:stream/promises';
import {decorate} from '../shell/decorate.ts';
import {maskedData} from '../shell/mask.ts';
import type {Shell} from '../shell/shell.ts';
import {privateFile} from './run-folder.ts';

/** A shell that records each command in `commands.jsonl`, one line per command. Secrets are masked. */
export function recordCommands(shell: Shell, folder: string, now: () => number): Shell {
	const file = createWriteStream(join(folder, 'commands.jsonl'), {flags: 'a', mode: privateFile});
	const note = (line: object) => file.write(`${JSON.stringify(maskedData(line))}\n`);
	// A failure to write this log is ignored; only the journal is authoritative.
	file.on('error', () => {});
	const close = async () => {
		file.end();
		await finished(file).catch(() => {});
	};
	return decorate(
		shell,
		async (command, run) => {
			const at = now();
			const {host, effect, hidden} = command;
			const argv = hidden ? ['hidden'] : command.argv;
			try {
				const outcome = await run(command);
				note({at, host, effect, argv, ...outcome, ...(hidden ? {stdout: 'hidden', stderr: 'hidden'} : {})});
				return outcome;
			} catch (error) {
				note({at, host, effect, argv, end: 'not run', reason: error instanceof Error ? error.message : String(error)});
				throw error;
			}
		},
		close,
	);
}
