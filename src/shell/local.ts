import {spawn} from 'node:child_process';
import {StringDecoder} from 'node:string_decoder';
import type {Command} from './command.ts';
import {revealed} from './environment.ts';
import {type Ending, maxOutput, type RunOptions, type Shell, tooMuch} from './shell.ts';

/** How long to wait for an ended command whose outputs are kept open by another process. */
const killGraceMs = 1000;

/** Runs commands on this machine, whatever their host. Each gets its own process group, which is killed as a whole. */
export function localShell(): Shell {
	return {
		async run(command, options = {}) {
			const begun = performance.now();
			const texts = {stdout: '', stderr: ''};
			const ending = await execute(command, options, texts);
			return {...ending, ...texts, durationMs: performance.now() - begun};
		},
		async close() {},
	};
}

function execute(
	{argv, stdin = '', environment = {}, timeoutMs}: Command,
	{signal, onStdout, onStderr}: RunOptions,
	texts: {stdout: string; stderr: string},
): Promise<Ending> {
	const [program, ...args] = argv;
	return new Promise(resolve => {
		const own = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, revealed(value)]));
		const child = spawn(program, args, {env: {...process.env, ...own, LC_ALL: 'C'}, detached: true});
		let cutShort: Ending | undefined;
		const cut = (why: Ending) => {
			if (cutShort !== undefined) return;
			cutShort = why;
			killGroup(child.pid);
			setTimeout(() => finish(why), killGraceMs).unref();
		};
		const abort = () => cut({end: 'aborted'});
		const timer =
			timeoutMs === undefined ? undefined : setTimeout(() => cut({end: 'timed-out', afterMs: timeoutMs}), timeoutMs);
		signal?.addEventListener('abort', abort, {once: true});
		if (signal?.aborted) abort();

		const listen = (stream: NodeJS.ReadableStream, name: 'stdout' | 'stderr', tell?: (text: string) => void) => {
			const decoder = new StringDecoder('utf8');
			stream.on('data', (chunk: Buffer) => {
				if (texts.stdout.length + texts.stderr.length >= maxOutput) return cut(tooMuch);
				const text = decoder.write(chunk);
				texts[name] += text;
				tell?.(text);
			});
		};
		listen(child.stdout, 'stdout', onStdout);
		listen(child.stderr, 'stderr', onStderr);
		child.on('error', error => {
			texts.stderr += error.message;
			finish({end: 'exited', code: 127});
		});
		child.on('close', (code, killer) =>
			finish(cutShort ?? (code === null ? {end: 'signalled', signal: killer ?? '?'} : {end: 'exited', code})),
		);
		// A program that does not read its input is not an error.
		child.stdin.on('error', () => {});
		child.stdin.end(revealed(stdin));

		function finish(ending: Ending): void {
			clearTimeout(timer);
			signal?.removeEventListener('abort', abort);
			child.stdout.destroy();
			child.stderr.destroy();
			resolve(ending);
		}
	});
}

/** Kills a process group. A group that has ended already is not an error. */
function killGroup(leader: number | undefined): void {
	try {
		if (leader !== undefined) process.kill(-leader, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
