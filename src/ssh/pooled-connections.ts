import {setTimeout as wait} from 'node:timers/promises';
import type {Connection} from './connection.ts';

/** sshd's MaxSessions is 10 by default, and it counts a session until it is reaped. */
const channelsPerConnection = 8;
/** A host gets so many connections at the most; what has no room waits. */
const connectionsPerHost = 4;

/** An open connection, and how many commands run on it. */
export type PooledConnection = {
	readonly connection: Connection;
	running: number;
	/** How many may: fewer when the server has refused one more. */
	room: number;
};

/** The connections to a host, made when they are needed, and who may use them. */
export class PooledConnections {
	readonly #connect: () => Promise<Connection>;
	readonly #lanes = new Set<PooledConnection>();
	readonly #waiting: (() => void)[] = [];
	#opening: Promise<PooledConnection> | undefined;
	#closed = false;

	constructor(connect: () => Promise<Connection>) {
		this.#connect = connect;
	}

	/** A lane with room, one that is open, else a new one, else the first that has room again. */
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

	/** The server has no room for one more channel on this lane: gives one that has, after a pause. */
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

	/** Any lane, for what takes no channel of those that are counted. */
	async first(): Promise<PooledConnection> {
		const [lane] = this.#lanes;
		return lane ?? this.#openShared();
	}

	/** A lane for one use, on which nobody else runs. */
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

	/** From now on there is no connection: one that is still being made closes when it is. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#opening?.catch(() => {});
		for (const {connection} of this.#lanes) connection.close();
	}

	#refuseWhenClosed(): void {
		if (this.#closed) throw new Error('this connection has been closed for good');
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
