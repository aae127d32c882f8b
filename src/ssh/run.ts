import {randomBytes} from 'node:crypto';
import {StringDecoder} from 'node:string_decoder';
import type {ClientChannel} from 'ssh2';
import type {Command} from '../shell/command.ts';
import {Secret} from '../shell/secret.ts';
import type {Ending, Outcome, RunOptions} from '../shell/shell.ts';
import type {Connection} from './connect.ts';
import {AfterMarker, killLine, wrap} from './wrap.ts';

/** A command may print so much; then it is ended. */
const maxOutput = 16 * 1024 * 1024;

/** An ended command's channel is waited for so long. */
const killGraceMs = 5000;

/** Opens a channel for a line, and hands it over in the same moment: a quick command has ended in the next one. */
export type OpenChannel = (line: string, take: (channel: ClientChannel) => void) => Promise<void>;

/** Runs a command on a channel of its own. */
export async function runOn(
	connection: Connection,
	open: OpenChannel,
	command: Command,
	options: RunOptions,
): Promise<Outcome> {
	const begun = performance.now();
	const marker = `vacate-${randomBytes(6).toString('hex')}`;
	const texts = {stdout: '', stderr: ''};
	const ending = await new Promise<Ending>((resolve, reject) => {
		const take = (channel: ClientChannel) => follow(channel, connection, marker, command, options, texts, resolve);
		open(wrap(command, marker), take).catch(reject);
	});
	return {...ending, ...texts, durationMs: performance.now() - begun};
}

type Texts = {stdout: string; stderr: string};

/** Listens to a channel until its command has ended, in whichever way. */
function follow(
	channel: ClientChannel,
	connection: Connection,
	marker: string,
	command: Command,
	options: RunOptions,
	texts: Texts,
	settle: (ending: Ending) => void,
): void {
	let pid: number | undefined;
	let exited: Ending | undefined;
	let cutShort: Ending | undefined;

	const resolve = (ending: Ending) => {
		forget();
		clearTimeout(timer);
		options.signal?.removeEventListener('abort', abort);
		settle(ending);
	};
	const cut = (why: Ending) => {
		if (cutShort !== undefined) return;
		cutShort = why;
		if (pid !== undefined) connection.client.exec(killLine(pid), (_error, killer) => killer?.resume());
		else channel.close();
		setTimeout(() => resolve(why), killGraceMs).unref();
	};
	const listen = (stream: NodeJS.ReadableStream, name: 'stdout' | 'stderr', tell?: (text: string) => void) => {
		const decoder = new StringDecoder('utf8');
		const own = new AfterMarker(marker, rest => {
			if (name === 'stderr') pid = Number(rest);
		});
		stream.on('data', (chunk: Buffer) => {
			const text = own.take(decoder.write(chunk));
			if (text === '') return;
			texts[name] += text;
			tell?.(text);
			if (texts.stdout.length + texts.stderr.length > maxOutput) cut({end: 'signalled', signal: 'too much output'});
		});
		return () => {
			texts[name] += own.take(decoder.end());
			if (texts[name] === '') texts[name] = own.rest();
		};
	};
	const flushes = [listen(channel, 'stdout', options.onStdout), listen(channel.stderr, 'stderr', options.onStderr)];

	const timer =
		command.timeoutMs === undefined
			? undefined
			: setTimeout(() => cut({end: 'timed-out', afterMs: command.timeoutMs ?? 0}), command.timeoutMs);
	const abort = () => cut({end: 'aborted'});
	options.signal?.addEventListener('abort', abort, {once: true});
	if (options.signal?.aborted) abort();

	channel.on('exit', (code: number | null, signal?: string) => {
		exited = code === null ? {end: 'signalled', signal: `SIG${signal ?? '?'}`} : {end: 'exited', code};
	});
	channel.on('close', () => {
		for (const flush of flushes) flush();
		// A channel that closes without a word on a connection that stands: the server has ended it.
		resolve(cutShort ?? exited ?? {end: 'lost', reason: 'the server closed the channel'});
	});
	const forget = connection.onGone(reason => {
		queueMicrotask(() => resolve(cutShort ?? exited ?? {end: 'lost', reason}));
	});
	// A command that ends before it has read its input closes the pipe: that is no error of ours.
	channel.on('error', () => {});
	channel.end(command.stdin instanceof Secret ? command.stdin.reveal() : (command.stdin ?? ''));
}
