import {randomBytes} from 'node:crypto';
import {StringDecoder} from 'node:string_decoder';
import {UnreachableError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import {readingSecrets, revealed} from '../shell/environment.ts';
import {type Ending, maxOutput, type Outcome, type RunOptions, tooMuch} from '../shell/shell.ts';
import type {Become} from './endpoint.ts';
import {longestPreamble, Preamble} from './preamble.ts';
import type {Session} from './session.ts';
import {sudoRemedy} from './sudo-remedy.ts';
import {type ExitStatusSource, killLine, type LoginShell, loginShellOf, promptOf, wrap} from './wrap.ts';

/** How long to wait for a killed command to end. */
const killGraceMs = 10_000;

/** Runs a command line on a host. */
export type CommandTransport = {
	readonly exitStatusFrom: ExitStatusSource;
	/** The language of the login shell, once known. The first command reveals it. */
	readonly loginShell: LoginShell;
	learn(loginShell: LoginShell): void;
	/** Opens a session and passes it on synchronously: a quick command may end in the next tick. */
	open(line: string, take: (session: Session) => void): Promise<void>;
	/** Runs a line in another session; true if the host answered. */
	beside(line: string, stdin: string): Promise<boolean>;
	/** The host does not answer: drop the connection. */
	giveUp(): void;
};

/** An outcome, and whether the command is known to have started. */
export type RanCommand = {readonly outcome: Outcome; readonly begun: boolean};

/**
 * Runs a command in its own session.
 *
 * @throws UnreachableError if the host ran something else, or nothing, instead.
 */
export async function runOn(
	transport: CommandTransport,
	command: Command,
	options: RunOptions,
	become?: Become,
): Promise<RanCommand> {
	const since = performance.now();
	const run = new Run(transport, command, options, become);
	const ending = await run.ended();
	return {outcome: {...ending, ...run.texts, durationMs: performance.now() - since}, begun: run.begun};
}

class Run {
	readonly texts = {stdout: '', stderr: ''};
	begun = false;
	readonly #transport: CommandTransport;
	readonly #command: Command;
	readonly #options: RunOptions;
	readonly #become: Become | undefined;
	readonly #marker = `vacate-${randomBytes(6).toString('hex')}`;
	#session: Session | undefined;
	#group: number | undefined;
	#cut: Ending | undefined;
	/** Whether the host confirmed that it killed the command. */
	#killed: Promise<boolean> | undefined;
	#settle: (ending: Ending) => void = () => {};

	constructor(transport: CommandTransport, command: Command, options: RunOptions, become?: Become) {
		this.#transport = transport;
		this.#command = readingSecrets(command);
		this.#options = options;
		this.#become = become;
	}

	async ended(): Promise<Ending> {
		const {timeoutMs} = this.#command;
		const {signal} = this.#options;
		if (signal?.aborted) return {end: 'aborted'};
		const abort = () => this.#cutShort({end: 'aborted'});
		const timer =
			timeoutMs === undefined
				? undefined
				: setTimeout(() => this.#cutShort({end: 'timed-out', afterMs: timeoutMs}), timeoutMs);
		signal?.addEventListener('abort', abort, {once: true});
		try {
			return await new Promise<Ending>((resolve, reject) => {
				this.#settle = resolve;
				const {exitStatusFrom, loginShell} = this.#transport;
				const line = wrap(this.#command, this.#marker, exitStatusFrom, loginShell, this.#become);
				this.#transport.open(line, session => this.#follow(session, reject)).catch(reject);
			});
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', abort);
		}
	}

	#follow(session: Session, reject: (error: Error) => void): void {
		this.#session = session;
		const flushes = [
			this.#listen(session.stdout, 'stdout', this.#options.onStdout),
			this.#listen(session.stderr, 'stderr', this.#options.onStderr),
		];
		session.onEnd(ending => {
			for (const flush of flushes) flush();
			const other =
				this.#cut === undefined && !this.begun && ending.end === 'exited' ? this.#notRun(ending.code) : undefined;
			if (other === undefined) this.#settle(this.#cut ?? this.#translate(ending));
			else reject(other);
		});
		// A command that ends before it has read its input closes the pipe; this is not an error.
		session.stdin.on('error', () => {});
		if (this.#become?.password === undefined) this.#giveInput();
	}

	#listen(stream: NodeJS.ReadableStream, name: 'stdout' | 'stderr', tell?: (text: string) => void): () => void {
		const decoder = new StringDecoder('utf8');
		const preamble = new Preamble(
			this.#marker,
			rest => name === 'stderr' && this.#begin(rest),
			before => name === 'stderr' && this.#readPreamble(before),
		);
		const take = (text: string) => {
			const own = preamble.take(text);
			if (own === '' || this.#isFull()) return;
			this.texts[name] += own;
			tell?.(own);
		};
		stream.on('data', (chunk: Buffer) => {
			take(decoder.write(chunk));
			if (this.#isFull() || preamble.rest().length > longestPreamble) this.#cutShort(tooMuch);
		});
		return () => {
			take(decoder.end());
			if (!this.begun) this.texts[name] = preamble.rest();
		};
	}

	/** Also checked while a command is being killed for another reason: output beyond the limit is never kept. */
	#isFull(): boolean {
		return this.texts.stdout.length + this.texts.stderr.length >= maxOutput;
	}

	/** The command itself starts now. */
	#begin(said: string): void {
		const [pid, shell] = said.split(' ');
		this.begun = true;
		this.#group ??= Number(pid);
		if (shell !== undefined && this.#become === undefined) this.#transport.learn(loginShellOf(shell));
		if (this.#cut !== undefined) this.#kill();
		if (this.#become?.password !== undefined) this.#giveInput();
	}

	/** Before the command that sudo runs starts: the ID of its process group, and the password prompt. */
	#readPreamble(before: string): void {
		if (this.#become === undefined) return;
		const [, group] = new RegExp(`${this.#marker}-group (\\d+)\\n`).exec(before) ?? [];
		if (group !== undefined) this.#group ??= Number(group);
		const {password} = this.#become;
		if (password === undefined) return;
		const asked = before.split(promptOf(this.#marker)).length - 1;
		if (asked === 1 && !this.#answered) {
			this.#answered = true;
			this.#session?.stdin.write(`${password.reveal()}\n`);
		}
		// A second prompt means that the password was wrong: sudo gives up at the end of its input.
		if (asked > 1) this.#session?.stdin.end();
	}
	#answered = false;

	#giveInput(): void {
		const {stdin = ''} = this.#command;
		this.#session?.stdin.end(revealed(stdin));
	}

	#cutShort(why: Ending): void {
		if (this.#cut !== undefined) return;
		this.#cut = why;
		if (this.#group !== undefined) this.#kill();
		setTimeout(() => void this.#abandon(why), killGraceMs).unref();
	}

	#kill(): void {
		if (this.#group === undefined || this.#killed !== undefined) return;
		const password = this.#become?.password;
		const line = killLine(this.#group, this.#marker, this.#become);
		this.#killed = this.#transport.beside(line, password === undefined ? '' : `${password.reveal()}\n`);
	}

	/** The command should have ended by now. If the host answered, it has, and only its outputs are still open. */
	async #abandon(why: Ending): Promise<void> {
		const answered = await Promise.race([this.#killed ?? false, false]);
		this.#session?.close();
		if (answered) return this.#settle(why);
		this.#settle({end: 'lost', reason: `the command could not be killed within ${killGraceMs / 1000} s (${why.end})`});
		this.#transport.giveUp();
	}

	/** Interprets an exit code that does not come from the protocol. */
	#translate(ending: Ending): Ending {
		if (this.#transport.exitStatusFrom === 'by protocol' || ending.end !== 'exited') return ending;
		const trailer = `${this.#marker}-code 255\n`;
		if (ending.code === 254 && this.texts.stderr.endsWith(trailer)) {
			this.texts.stderr = this.texts.stderr.slice(0, -trailer.length);
			return {end: 'exited', code: 255};
		}
		const signal = signals[ending.code - 128];
		return signal === undefined ? ending : {end: 'signalled', signal};
	}

	/** The login shell exited and the command never started. */
	#notRun(code: number): UnreachableError {
		const {stdout, stderr} = this.texts;
		const said = `${stderr}\n${stdout}`
			.replaceAll(new RegExp(`${this.#marker}-(group \\d+\\n|password:)`, 'g'), '')
			.trim()
			.split('\n')[0];
		const who = this.#become === undefined ? 'the login shell' : `sudo to ${this.#become.user}`;
		return new UnreachableError(
			this.#command.host,
			`${who} does not run commands: ${said || `exit code ${code} without a message`}`,
			this.#become === undefined ? undefined : sudoRemedy(`${stderr}\n${stdout}`),
		);
	}
}

/** Signals, by the number that sh adds to 128 for the exit code. */
const signals: Readonly<Record<number, string>> = {
	1: 'SIGHUP',
	2: 'SIGINT',
	3: 'SIGQUIT',
	6: 'SIGABRT',
	8: 'SIGFPE',
	9: 'SIGKILL',
	11: 'SIGSEGV',
	13: 'SIGPIPE',
	15: 'SIGTERM',
};
