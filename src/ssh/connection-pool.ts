import type {Duplex} from 'node:stream';
import {UnreachableError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';
import {becomeFor} from './become.ts';
import type {Connector} from './connect.ts';
import type {Connection} from './connection.ts';
import type {Endpoint} from './endpoint.ts';
import type {HostLink} from './link.ts';
import {type PooledConnection, PooledConnections} from './pooled-connections.ts';
import type {Route} from './route.ts';
import {type CommandTransport, runOn} from './run.ts';
import {channelSession, type Session} from './session.ts';
import {aborted, abortedOutcome, unlessAborted} from './unless-aborted.ts';
import type {LoginShell} from './wrap.ts';

/** How often to retry if the server refuses a channel. */
const channelAttempts = 100;

/** The fast client's connections to one host: usually one, more if long commands fill it. */
export class SshConnectionPool implements HostLink {
	readonly #host: string;
	readonly #endpoint: Endpoint;
	readonly #lanes: PooledConnections;
	#loginShell: LoginShell = 'unknown';

	constructor(route: Route, connector: Connector, endpoint: Endpoint) {
		this.#host = route.host;
		this.#endpoint = endpoint;
		this.#lanes = new PooledConnections(() => connector.connect(route));
	}

	async run(command: Command, options: RunOptions): Promise<Outcome> {
		const entering = this.#lanes.enter();
		const lane = await unlessAborted(entering, options.signal);
		if (lane === aborted) {
			entering.then(
				lane => this.#lanes.leave(lane),
				() => {},
			);
			return abortedOutcome;
		}
		const place = {lane};
		try {
			return (await runOn(this.#transport(place), command, options, becomeFor(command, this.#endpoint))).outcome;
		} catch (error) {
			// The host may have received the command before the connection was lost.
			if (error instanceof LostWhileOpening) {
				return {end: 'lost', reason: error.message, stdout: '', stderr: '', durationMs: 0};
			}
			throw error;
		} finally {
			this.#lanes.leave(place.lane);
		}
	}

	async listen(path: string, take: (stream: Duplex) => void): Promise<() => Promise<void>> {
		const {connection} = await this.#lanes.open();
		const {client} = connection;
		client.on('unix connection', ({socketPath}, accept, reject) => {
			if (socketPath === path) take(accept());
			else reject();
		});
		await called(done => client.openssh_forwardInStreamLocal(path, done));
		return async () => {
			await called(done => client.openssh_unforwardInStreamLocal(path, done)).catch(() => {});
			connection.close();
		};
	}

	async dial(path: string): Promise<Duplex> {
		const {client} = (await this.#lanes.first()).connection;
		return new Promise((resolve, reject) => {
			client.openssh_forwardOutStreamLocal(path, (error, channel) => {
				if (error === undefined) resolve(channel);
				else reject(error);
			});
		});
	}

	close(): Promise<void> {
		return this.#lanes.close();
	}

	#transport(place: Place): CommandTransport {
		return {
			exitStatusFrom: 'by protocol',
			loginShell: this.#loginShell,
			learn: loginShell => {
				this.#loginShell = loginShell;
			},
			open: (line, take) => this.#open(place, line, take),
			beside: (line, stdin) => this.#beside(place.lane, line, stdin),
			giveUp: () => place.lane.connection.close(),
		};
	}

	/**
	 * Opens a channel. A refusal means that the server has no capacity on this connection and nothing was run. The
	 * commands on it may take long, so the next attempt uses any connection that has capacity.
	 */
	async #open(place: Place, line: string, take: (session: Session) => void): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const refusal = await tryOpen(place.lane.connection, line, take);
			if (refusal === undefined) return;
			if (attempt === channelAttempts) throw new UnreachableError(this.#host, `no channel: ${refusal.message}`);
			place.lane = await this.#lanes.change(place.lane, Math.min(200, 10 * attempt));
		}
	}

	/** Runs on the same connection, or on another if the commands to be killed occupy all its channels. */
	async #beside(lane: PooledConnection, line: string, stdin: string): Promise<boolean> {
		const run = async (connection: Connection) => {
			let ended: Promise<unknown> | undefined;
			const refusal = await tryOpen(connection, line, session => {
				ended = new Promise(resolve => session.onEnd(resolve));
				session.stdout.resume();
				session.stderr.resume();
				session.stdin.on('error', () => {});
				session.stdin.end(stdin);
			});
			await ended;
			return refusal === undefined;
		};
		try {
			if (await run(lane.connection)) return true;
			const {connection} = await this.#lanes.open();
			const answered = await run(connection);
			connection.close();
			return answered;
		} catch {
			return false;
		}
	}
}

/** The connection that a command runs on. */
type Place = {lane: PooledConnection};

class LostWhileOpening extends Error {}

function tryOpen(connection: Connection, line: string, take: (session: Session) => void): Promise<Error | undefined> {
	return new Promise((resolve, reject) => {
		const forget = connection.onGone(reason => reject(new LostWhileOpening(reason)));
		try {
			connection.client.exec(line, (error, channel) => {
				forget();
				if (error === undefined) take(channelSession(channel, connection));
				resolve(error);
			});
		} catch (error) {
			// The other side has closed its end; this side has not yet.
			forget();
			reject(new LostWhileOpening(error instanceof Error ? error.message : String(error)));
		}
	});
}

function called(call: (done: (error?: Error | null) => void) => void): Promise<void> {
	return new Promise((resolve, reject) => call(error => (error ? reject(error) : resolve())));
}
