import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {connect as connectSocket, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Duplex} from 'node:stream';
import {setTimeout as wait} from 'node:timers/promises';
import {UnreachableError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';
import {becomeFor} from './become.ts';
import type {Endpoint} from './endpoint.ts';
import type {HostLink} from './link.ts';
import {hostKeyRefused, notConnected} from './openssh-refusal.ts';
import {longestHandshakeMs, runSsh} from './openssh-run.ts';
import {runOn} from './run.ts';
import {Semaphore} from './semaphore.ts';
import type {Session} from './session.ts';
import {aborted, abortedOutcome, unlessAborted} from './unless-aborted.ts';

/** sshd's MaxSessions is 10 by default. */
const sessionsAtOnce = 8;
/** How often to retry if the server refuses a session. */
const attempts = 100;
/** With MaxStartups, a server closes some of many simultaneous connections; these are retried. */
const handshakeAttempts = 8;
const turnedAway = /^(?!.*timed out).*(kex_exchange_identification|banner exchange)/m;
/** An idle connection closes after this time, even if this process has died. */
const persistSeconds = 60;

/** Reaches a host with OpenSSH's client, over one persistent connection: its control master. */
export class OpenSshLink implements HostLink {
	readonly #endpoint: Endpoint;
	readonly #handshakes: Semaphore;
	readonly #sessions = new Semaphore(sessionsAtOnce);
	#folder: Promise<string> | undefined;
	#master: Promise<void> | undefined;

	/** @param handshakes Limits how many connections are being established at once, over all hosts. */
	constructor(endpoint: Endpoint, handshakes: Semaphore) {
		this.#endpoint = endpoint;
		this.#handshakes = handshakes;
	}

	run(command: Command, options: RunOptions): Promise<Outcome> {
		return this.#sessions.pass(() => this.#run(command, options));
	}

	async #run(command: Command, options: RunOptions): Promise<Outcome> {
		for (let attempt = 1; ; attempt++) {
			if ((await unlessAborted(this.#connected(), options.signal)) === aborted) return abortedOutcome;
			const folder = await this.#place();
			const transport = {
				exitStatusFrom: 'by exit code',
				loginShell: 'unknown',
				learn: () => {},
				open: async (line: string, take: (session: Session) => void) => take(this.#session(folder, line)),
				beside: (line: string, stdin: string) => this.#beside(folder, line, stdin),
				giveUp: () => {
					this.#master = undefined;
				},
			} as const;
			const {outcome, begun} = await runOn(transport, command, options, becomeFor(command, this.#endpoint));
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

	/** The connection, established on first use. */
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
			const {code, stderr} = await this.#handshakes.pass(() => runSsh(args, '', longestHandshakeMs));
			if (code !== 255) return;
			if (/Host key verification failed/.test(stderr)) throw await hostKeyRefused(this.#endpoint, args);
			if (attempt === handshakeAttempts || !turnedAway.test(stderr)) throw notConnected(this.#endpoint, stderr);
			await wait(Math.min(2000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random()));
		}
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
		return (await runSsh(args, stdin)).code !== 255;
	}

	async #control(what: 'forward' | 'cancel' | 'exit', ...args: readonly string[]): Promise<void> {
		const {code, stderr} = await runSsh([
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

	/** A folder that only this user can enter: access to the master's socket allows running commands. */
	#place(): Promise<string> {
		this.#folder ??= mkdtemp(join(tmpdir(), 'vacate-ssh-'));
		return this.#folder;
	}
}

let counter = 0;

/** Without a master, ssh would make a new connection, and it would be unknown whether the command ran before. */
const overMasterOnly = ['-F', 'none', '-o', 'BatchMode=yes', '-o', 'ControlMaster=no', '-o', 'ProxyCommand=exit 1'];

/** ssh's messages in that case, after it tried the ProxyCommand instead of the master. */
const masterGone = /Control socket connect|kex_exchange_identification|Connection closed by UNKNOWN/;
