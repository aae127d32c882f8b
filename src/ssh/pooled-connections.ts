import {setTimeout as wait} from 'node:timers/promises';
import type {Connection} from './connection.ts';

/** sshd's MaxSessions is 10 by default, and a session counts until it is reaped. */
const channelsPerConnection = 8;
/** The maximum number of connections per host; further commands wait. */
const connectionsPerHost = 4;

/** An open connection, and the number of commands that run on it. */
export type PooledConnection = {
	readonly connection: Connection;
	running: number;
	/** The maximum number of commands: lower if the server refused a channel. */
	room: number;
};

/** The connections to a host, established on demand, and the queue for them. */
export class PooledConnections {
	readonly #connect: () => Promise<Connection>;
	readonly #lanes = new Set<PooledConnection>();
	readonly #waiting: (() => void)[] = [];
	#opening: Promise<PooledConnection> | undefined;
	#closed = false;

	constructor(connect: () => Promise<Connection>) {
		this.#connect = connect;
	}

	/** Returns an open connection with capacity, or else a new one, or else the first that gets capacity. */
	async enter(): Promise<PooledConnection> {
		for (;;) {
			const free = [...this.#lanes].find(({running, room}) => running < room);
			if (free !== undefined) {
				free.running += 1;
				return free;
			}
			if (this.#lanes.size < connectionsPerHost) await this.#openShared();
			else await new Promise<void>(resolve => this.#waiting.push(resolve));
		}
	}

	leave(lane: PooledConnection): void {
		lane.running -= 1;
		this.#waiting.shift()?.();
	}

	/** The server refused a channel on this connection: after a pause, returns one with capacity. */
	async change(lane: PooledConnection, pauseMs: number): Promise<PooledConnection> {
		lane.room = Math.max(1, Math.min(lane.room, lane.running - 1));
		this.leave(lane);
		try {
			await wait(pauseMs);
			return await this.enter();
		} catch (error) {
			lane.running += 1;
			throw error;
		}
	}

	/** Any connection, for uses that need no session channel. */
	async first(): Promise<PooledConnection> {
		const [lane] = this.#lanes;
		return lane ?? this.#openShared();
	}

	/** A connection for a single use that is not shared. */
	async open(): Promise<PooledConnection> {
		this.#refuseWhenClosed();
		const lane: PooledConnection = {connection: await this.#connect(), running: 1, room: 0};
		if (this.#closed) lane.connection.close();
		this.#refuseWhenClosed();
		this.#lanes.add(lane);
		lane.connection.onGone(() => {
			this.#lanes.delete(lane);
			for (const wake of this.#waiting.splice(0)) wake();
		});
		return lane;
	}

	/** Closes all connections, including those still being established. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#opening?.catch(() => {});
		for (const {connection} of this.#lanes) connection.close();
	}

	#refuseWhenClosed(): void {
		if (this.#closed) throw new Error('the connection is closed');
	}

	#openShared(): Promise<PooledConnection> {
		this.#opening ??= this.open()
			.then(lane => {
				lane.running = 0;
				lane.room = channelsPerConnection;
				return lane;
			})
			.finally(() => {
				this.#opening = undefined;
			});
		return this.#opening;
	}
}
