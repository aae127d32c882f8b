import {setTimeout as wait} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {UnreachableError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import type {Outcome, RunOptions, Shell} from '../shell/shell.ts';
import {type Connection, connect} from './connect.ts';
import type {Endpoint} from './endpoint.ts';
import {Gate} from './gate.ts';
import {runOn} from './run.ts';

/** sshd's MaxSessions is 10 by default, and it counts a session until it is reaped. */
const channelsPerConnection = 8;
/** A host gets so many connections at the most; what has no room waits. */
const connectionsPerHost = 4;
/** How many handshakes are under way at once, over all hosts. */
const handshakesAtOnce = 30;

/** Reaches hosts by ssh: one connection a host, made when it is first needed, many commands at once on it. */
export function openSsh(endpoints: ReadonlyMap<string, Endpoint>, local: Shell): Shell {
	const handshakes = new Gate(handshakesAtOnce);
	const lines = new Map<string, Line>();

	return {
		run(command, options = {}) {
			const endpoint = endpoints.get(command.host);
			if (endpoint === undefined) throw new Error(`${command.host} is not a host of the inventory`);
			if (endpoint.connection === 'local') return local.run(command, options);
			const line = lines.get(command.host) ?? new Line(endpoint, handshakes);
			lines.set(command.host, line);
			return line.run(command, options);
		},
		async close() {
			await Promise.all([...lines.values()].map(line => line.close()));
			await local.close();
		},
	};
}

/** An open connection, and how many commands run on it. */
type Lane = {
	readonly connection: Connection;
	running: number;
	/** How many may: fewer when the server has refused one more. */
	room: number;
};

/** The connections to one host: one as a rule, more when long commands fill it. */
class Line {
	readonly #endpoint: Endpoint;
	readonly #handshakes: Gate;
	readonly #lanes = new Set<Lane>();
	readonly #waiting: (() => void)[] = [];
	#opening: Promise<Lane> | undefined;

	constructor(endpoint: Endpoint, handshakes: Gate) {
		this.#endpoint = endpoint;
		this.#handshakes = handshakes;
	}

	async run(command: Command, options: RunOptions): Promise<Outcome> {
		const lane = await this.#enter();
		try {
			return await runOn(lane.connection, (line, take) => this.#open(lane, line, take), command, options);
		} catch (error) {
			// The host may have got the command before the connection went.
			if (error instanceof LostWhileOpening) {
				return {end: 'lost', reason: error.message, stdout: '', stderr: '', durationMs: 0};
			}
			throw error;
		} finally {
			lane.running -= 1;
			this.#waiting.shift()?.();
		}
	}

	async close(): Promise<void> {
		await this.#opening?.catch(() => {});
		for (const {connection} of this.#lanes) connection.close();
	}

	/** A lane with room: one that is open, else a new one, else the first that has room again. */
	async #enter(): Promise<Lane> {
		for (;;) {
			const free = [...this.#lanes].find(({running, room}) => running < room);
			if (free !== undefined) {
				free.running += 1;
				return free;
			}
			if (this.#lanes.size < connectionsPerHost) {
				this.#opening ??= this.#openLane().finally(() => {
					this.#opening = undefined;
				});
				await this.#opening;
			} else {
				await new Promise<void>(resolve => this.#waiting.push(resolve));
			}
		}
	}

	async #openLane(): Promise<Lane> {
		const connection = await this.#handshakes.pass(() => connect(this.#endpoint));
		const lane: Lane = {connection, running: 0, room: channelsPerConnection};
		this.#lanes.add(lane);
		connection.onGone(() => {
			this.#lanes.delete(lane);
			for (const wake of this.#waiting.splice(0)) wake();
		});
		return lane;
	}

	/** Opens a channel; a refusal says that the server has no room yet, and nothing was run. */
	async #open(lane: Lane, line: string, take: (channel: ClientChannel) => void): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const refusal = await this.#tryOpen(lane.connection, line, take);
			if (refusal === undefined) return;
			if (attempt === 100) throw new UnreachableError(this.#endpoint.host, `no channel: ${refusal.message}`);
			lane.room = Math.max(1, Math.min(lane.room, lane.running - 1));
			await wait(Math.min(200, 10 * attempt));
		}
	}

	#tryOpen(
		{client, onGone}: Connection,
		line: string,
		take: (channel: ClientChannel) => void,
	): Promise<Error | undefined> {
		return new Promise((resolve, reject) => {
			const forget = onGone(reason => reject(new LostWhileOpening(reason)));
			client.exec(line, (error, channel) => {
				forget();
				if (error === undefined) take(channel);
				resolve(error);
			});
		});
	}
}

class LostWhileOpening extends Error {}
