import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {connect as connectSocket, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Duplex} from 'node:stream';
import {setTimeout as wait} from 'node:timers/promises';
import {UnreachableError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';
import {becomeFor} from './become.ts';
import type {Endpoint} from './endpoint.ts';
import {Gate} from './gate.ts';
import type {Link} from './link.ts';
import {runOn} from './run.ts';
import type {Session} from './session.ts';

/** sshd's MaxSessions is 10 by default. */
const sessionsAtOnce = 8;
/** A server that has no room for one more session is asked again so often. */
const attempts = 100;
/** A server that is offered too many connections at once closes some, by MaxStartups: they may be tried again. */
const handshakeAttempts = 8;
const turnedAway = /kex_exchange_identification|banner exchange/;
/** A server, and its login shell, have so long to let us in. */
const longestHandshakeMs = 60_000;
/** A connection that nobody uses ends by itself after so long, also when this process has died. */
const persistSeconds = 60;

/** Reaches a host with OpenSSH's own client, over one connection that it keeps: its control master. */
export class OpenSshLink implements Link {
	readonly #endpoint: Endpoint;
	readonly #handshakes: Gate;
	readonly #sessions = new Gate(sessionsAtOnce);
	#folder: Promise<string> | undefined;
	#master: Promise<void> | undefined;

	/** @param handshakes Lets so many connections be made at once, over all hosts. */
	constructor(endpoint: Endpoint, handshakes: Gate) {
		this.#endpoint = endpoint;
		this.#handshakes = handshakes;
	}

	run(command: Command, options: RunOptions): Promise<Outcome> {
		return this.#sessions.pass(() => this.#run(command, options));
	}

	async #run(command: Command, options: RunOptions): Promise<Outcome> {
		for (let attempt = 1; ; attempt++) {
			await this.#connected();
			const folder = await this.#place();
			const carrier = {
				telling: 'by exit code',
				dialect: 'unknown',
				learn: () => {},
				open: async (line: string, take: (session: Session) => void) => take(this.#session(folder, line)),
				beside: (line: string, stdin: string) => this.#beside(folder, line, stdin),
				giveUp: () => {
					this.#master = undefined;
				},
			} as const;
			const {outcome, begun} = await runOn(carrier, command, options, becomeFor(command, this.#endpoint));
			if (outcome.end !== 'lost' || begun) return outcome;
			if (masterGone.test(outcome.stderr) && !/read from master failed/.test(outcome.stderr)) this.#master = undefined;
			else if (!/open refused by peer|open failed/.test(outcome.stderr)) return outcome;
			if (attempt === attempts) throw new UnreachableError(this.#endpoint.host, `no session: ${outcome.stderr.trim()}`);
			await wait(Math.min(200, 10 * attempt));
		}
	}

	async listen(path: string, take: (stream: Duplex) => void): Promise<() => Promise<void>> {
		await this.#connected();
		const folder = await this.#place();
		const here = join(folder, `listen-${counter++}`);
		const server = createServer(take);
		await new Promise<void>((resolve, reject) => server.once('error', reject).listen(here, resolve));
		await this.#control('forward', '-R', `${path}:${here}`);
		return async () => {
			await this.#control('cancel', '-R', `${path}:${here}`).catch(() => {});
			server.close();
		};
	}

	async dial(path: string): Promise<Duplex> {
		await this.#connected();
		const here = join(await this.#place(), `dial-${counter++}`);
		await this.#control('forward', '-L', `${here}:${path}`);
		return new Promise((resolve, reject) => {
			const socket = connectSocket(here, () => resolve(socket)).once('error', reject);
			socket.once('close', () => void this.#control('cancel', '-L', `${here}:${path}`).catch(() => {}));
		});
	}

	async close(): Promise<void> {
		if (this.#folder === undefined) return;
		await this.#master?.catch(() => {});
		await this.#control('exit').catch(() => {});
		await rm(await this.#folder, {recursive: true, force: true});
	}

	/** The connection, made when it is first needed. */
	#connected(): Promise<void> {
		this.#master ??= this.#connect().catch(error => {
			this.#master = undefined;
			throw error;
		});
		return this.#master;
	}

	async #connect(): Promise<void> {
		const {destination, options, acceptNewHostKeys} = this.#endpoint;
		const settings = [
			'BatchMode=yes',
			`StrictHostKeyChecking=${acceptNewHostKeys ? 'accept-new' : 'yes'}`,
			'ControlMaster=yes',
			`ControlPersist=${persistSeconds}`,
			'ClearAllForwardings=yes',
			'PermitLocalCommand=no',
			'ForwardAgent=no',
			'ForwardX11=no',
			'RemoteCommand=none',
		];
		const defaults = ['ConnectTimeout=15', 'ServerAliveInterval=5', 'ServerAliveCountMax=3'];
		const args = [
			...(await this.#socketOptions()),
			...settings.flatMap(setting => ['-o', setting]),
			...options,
			...defaults.flatMap(setting => ['-o', setting]),
			'-n',
			'-T',
			'--',
			destination,
			'exit 0',
		];
		for (let attempt = 1; ; attempt++) {
			const {code, stderr} = await this.#handshakes.pass(() => run(args, '', longestHandshakeMs));
			if (code !== 255) return;
			if (/Host key verification failed/.test(stderr)) throw await this.#hostKeyRefused(args);
			if (attempt === handshakeAttempts || !turnedAway.test(stderr)) throw this.#unreachable(reasonOf(stderr));
			await wait(Math.min(2000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random()));
		}
	}

	/** Asks ssh once more, in more words: only then does it tell a key that it does not know. */
	async #hostKeyRefused(args: readonly string[]): Promise<UnreachableError> {
		const {host, destination, options} = this.#endpoint;
		const {stderr} = await run(['-v', ...args], '', longestHandshakeMs);
		const [, type = 'of a kind', print = 'that it does not tell'] = /Server host key: (\S+) (\S+)/.exec(stderr) ?? [];
		const shown = `${print} (${type})`;
		if (/IDENTIFICATION HAS CHANGED|^(?!debug).*\brevoked\b/im.test(stderr)) {
			return new UnreachableError(
				host,
				`it shows another host key than the one that ssh knows, or a revoked one: ${shown}. Somebody may be in between`,
				`only if the host was really set up anew: ${quoteArgv(['ssh', '-v', ...options, destination])} says which line to remove`,
			);
		}
		const accept = quoteArgv(['ssh', '-o', 'StrictHostKeyChecking=ask', ...options, destination]);
		return new UnreachableError(
			host,
			`its host key is not known: ${shown}`,
			`compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: ${accept}`,
		);
	}

	#unreachable(reason: string): UnreachableError {
		const {host, destination, options} = this.#endpoint;
		return new UnreachableError(host, reason, `try it by hand: ${quoteArgv(['ssh', '-v', ...options, destination])}`);
	}

	#session(folder: string, line: string): Session {
		const args = ['-S', join(folder, 'master'), ...overMasterOnly, '-T', '--', this.#endpoint.destination, line];
		const child = spawn('ssh', args, {stdio: 'pipe'});
		return {
			stdin: child.stdin,
			stdout: child.stdout,
			stderr: child.stderr,
			onEnd(call) {
				child.once('error', error => call({end: 'lost', reason: error.message}));
				child.once('close', code =>
					call(
						code === null || code === 255 ? {end: 'lost', reason: 'ssh lost the connection'} : {end: 'exited', code},
					),
				);
			},
			close: () => child.kill(),
		};
	}

	async #beside(folder: string, line: string, stdin: string): Promise<boolean> {
		const args = ['-S', join(folder, 'master'), ...overMasterOnly, '-T', '--', this.#endpoint.destination, line];
		return (await run(args, stdin)).code !== 255;
	}

	async #control(what: 'forward' | 'cancel' | 'exit', ...args: readonly string[]): Promise<void> {
		const {code, stderr} = await run([
			...(await this.#socketOptions()),
			'-O',
			what,
			...args,
			'--',
			this.#endpoint.destination,
		]);
		if (code !== 0) throw new Error(stderr.trim());
	}

	async #socketOptions(): Promise<readonly string[]> {
		return ['-S', join(await this.#place(), 'master')];
	}

	/** A folder that nobody else may enter: who can reach the master's socket can run commands. */
	#place(): Promise<string> {
		this.#folder ??= mkdtemp(join(tmpdir(), 'vacate-ssh-'));
		return this.#folder;
	}
}

let counter = 0;

/** Without a master ssh would connect anew, and nobody would know whether the command ran before. */
const overMasterOnly = ['-F', 'none', '-o', 'BatchMode=yes', '-o', 'ControlMaster=no', '-o', 'ProxyCommand=exit 1'];

/** What ssh says last. */
function reasonOf(stderr: string): string {
	return stderr.trim().split('\n').at(-1) || 'ssh could not connect';
}

/** What ssh says then: it has tried the ProxyCommand in place of the master. */
const masterGone = /Control socket connect|kex_exchange_identification|Connection closed by UNKNOWN/;

type Said = {readonly code: number; readonly stderr: string};

/** A server may say so much of a connection; what it says beyond is not kept. */
const longestSaying = 64 * 1024;

/** Runs ssh to its end; the master that it leaves behind holds its outputs, which are not waited for. */
function run(args: readonly string[], stdin = '', timeoutMs?: number): Promise<Said> {
	return new Promise((resolve, reject) => {
		const child = spawn('ssh', args, {stdio: ['pipe', 'ignore', 'pipe']});
		let stderr = '';
		child.stderr.on('data', chunk => {
			if (stderr.length < longestSaying) stderr += chunk;
		});
		const timer =
			timeoutMs === undefined
				? undefined
				: setTimeout(() => {
						child.kill();
						resolve({code: 255, stderr: `no connection and no login shell within ${timeoutMs / 1000} s`});
					}, timeoutMs);
		child.once('exit', () => clearTimeout(timer));
		child.once('error', reject);
		child.once('exit', code => code === 0 && setImmediate(() => resolve({code, stderr})));
		child.once('close', code => resolve({code: code ?? 255, stderr}));
		child.stdin.on('error', () => {});
		child.stdin.end(stdin);
	});
}
