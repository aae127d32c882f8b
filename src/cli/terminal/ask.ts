import {openSync, writeSync} from 'node:fs';
import {ReadStream} from 'node:tty';
import {InterruptedError, PrerequisiteError} from '../../errors.ts';
import {Secret} from '../../shell/secret.ts';

/**
 * Asks on the terminal, even if standard input and output are files. The answer is not echoed.
 *
 * @throws PrerequisiteError without a terminal; InterruptedError for Ctrl-C.
 */
export async function askSecret(question: string): Promise<Secret> {
	return new Secret(await askLine(question, 'secret'));
}

/** Asks on the terminal for a line, which is echoed or not. @throws as `askSecret`. */
export async function askLine(question: string, kind: 'shown' | 'secret', signal?: AbortSignal): Promise<string> {
	const terminal = openTerminal(question);
	const output = openSync('/dev/tty', 'w');
	writeSync(output, question);
	terminal.setRawMode(true);
	const stop = () => terminal.destroy(new InterruptedError());
	signal?.addEventListener('abort', stop, {once: true});
	try {
		return await readLine(terminal, kind === 'shown' ? text => void writeSync(output, text) : () => {});
	} finally {
		signal?.removeEventListener('abort', stop);
		if (!terminal.destroyed) terminal.setRawMode(false);
		terminal.destroy();
		writeSync(output, '\n');
	}
}

function openTerminal(question: string): ReadStream {
	try {
		return new ReadStream(openSync('/dev/tty', 'r+'));
	} catch {
		throw new PrerequisiteError(`cannot ask without a terminal: ${question.trim()}`, 'run vacate on a terminal');
	}
}

async function readLine(terminal: ReadStream, show: (text: string) => void): Promise<string> {
	let typed = '';
	for await (const chunk of terminal) {
		for (const character of String(chunk)) {
			if (character === '\r' || character === '\n' || character === '\u0004') return typed;
			if (character === '\u0003') throw new InterruptedError();
			if (character !== '\u007F' && character !== '\b') {
				typed += character;
				show(character);
			} else if (typed !== '') {
				typed = [...typed].slice(0, -1).join('');
				show('\b \b');
			}
		}
	}
	return typed;
}
