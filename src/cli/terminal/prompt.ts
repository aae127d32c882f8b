import {openSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {Writable} from 'node:stream';
import {ReadStream, WriteStream} from 'node:tty';
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
	const {input, output} = openTerminal(question);
	const prompt = openPrompt(input, kind === 'shown' ? output : withoutEcho(output, question), 'keys', signal);
	try {
		return (await prompt.ask(question)) ?? '';
	} finally {
		prompt.close();
		if (kind === 'secret') output.write('\n');
		input.destroy();
		output.destroy();
	}
}

/** Asks on standard input. Every answer except yes, and the end of the input, means no. @throws InterruptedError for Ctrl-C. */
export async function askYes(question: string, signal?: AbortSignal): Promise<boolean> {
	const {stdin, stderr} = process;
	const prompt = openPrompt(stdin, stderr, stdin.isTTY && stderr.isTTY ? 'keys' : 'lines', signal);
	try {
		return /^y(es)?$/i.test(((await prompt.ask(`${question} [y/N] `)) ?? '').trim());
	} finally {
		prompt.close();
	}
}

const answers: Readonly<Record<string, 'yes' | 'all'>> = {y: 'yes', yes: 'yes', c: 'all', continue: 'all'};

/** Asks for approval before each task, until it is closed. */
export type TaskPrompt = {ask(task: string): Promise<'yes' | 'no' | 'all'>; close(): void};

/** Asks line by line. Every answer except yes, and the end of the input, means no. */
export function askBeforeTasks(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): TaskPrompt {
	const prompt = openPrompt(input, output, 'lines');
	return {
		async ask(task) {
			const answer = await prompt.ask(`Run task '${task}'? (N)o/(y)es/(c)ontinue: `);
			return answers[(answer ?? '').trim().toLowerCase()] ?? 'no';
		},
		close: prompt.close,
	};
}

type Prompt = {
	/** The answer; undefined at the end of the input. @throws InterruptedError for Ctrl-C, or when the signal is aborted. */
	ask(question: string): Promise<string | undefined>;
	close(): void;
};

/** With `keys`, a line is edited here and Ctrl-C is a key; with `lines`, the terminal does both, or input is no terminal. */
function openPrompt(
	input: NodeJS.ReadableStream,
	output: NodeJS.WritableStream,
	by: 'keys' | 'lines',
	signal?: AbortSignal,
): Prompt {
	const lines = createInterface({input, output, terminal: by === 'keys', historySize: 0, ...(signal && {signal})});
	// What comes at once is kept for the questions that follow.
	const answered = lines[Symbol.asyncIterator]();
	let interrupted = false;
	lines.on('SIGINT', () => {
		interrupted = true;
		lines.close();
		output.write('\n');
	});
	// Ctrl-Z would leave moves in progress without anybody who watches them.
	lines.on('SIGTSTP', () => {});
	return {
		async ask(question) {
			lines.setPrompt(question);
			if (signal?.aborted !== true) lines.prompt();
			const {value, done} = await answered.next();
			if (interrupted || signal?.aborted) throw new InterruptedError();
			return done === true ? undefined : value;
		},
		close: () => lines.close(),
	};
}

/** Lets only the question through. */
function withoutEcho(output: NodeJS.WritableStream, question: string): Writable {
	return new Writable({
		write(chunk, _encoding, done) {
			if (String(chunk) === question) output.write(question);
			done();
		},
	});
}

function openTerminal(question: string): {readonly input: ReadStream; readonly output: WriteStream} {
	try {
		return {input: new ReadStream(openSync('/dev/tty', 'r+')), output: new WriteStream(openSync('/dev/tty', 'w'))};
	} catch {
		throw new PrerequisiteError(`cannot ask without a terminal: ${question.trim()}`, 'run vacate on a terminal');
	}
}
