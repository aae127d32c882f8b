import {openSync, writeSync} from 'node:fs';
import {ReadStream} from 'node:tty';
import {InterruptedError, PrerequisiteError} from '../errors.ts';
import {Secret} from '../shell/secret.ts';

/**
 * Asks on the terminal, also when standard input and output are files. What is typed is not shown.
 *
 * @throws PrerequisiteError where there is no terminal; InterruptedError for Ctrl-C.
 */
export async function askSecret(question: string): Promise<Secret> {
	const terminal = openTerminal(question);
	const output = openSync('/dev/tty', 'w');
	writeSync(output, question);
	terminal.setRawMode(true);
	try {
		return new Secret(await readLine(terminal));
	} finally {
		terminal.setRawMode(false);
		terminal.destroy();
		writeSync(output, '\n');
	}
}

function openTerminal(question: string): ReadStream {
	try {
		return new ReadStream(openSync('/dev/tty', 'r+'));
	} catch {
		throw new PrerequisiteError(`nobody can be asked: ${question.trim()}`, 'run it on a terminal');
	}
}

async function readLine(terminal: ReadStream): Promise<string> {
	let typed = '';
	for await (const chunk of terminal) {
		for (const character of String(chunk)) {
			if (character === '\r' || character === '\n' || character === '\u0004') return typed;
			if (character === '\u0003') throw new InterruptedError();
			typed = character === '\u007F' || character === '\b' ? [...typed].slice(0, -1).join('') : typed + character;
		}
	}
	return typed;
}
