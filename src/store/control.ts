import {link, readdir, rm} from 'node:fs/promises';
import {connect, createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {PrerequisiteError} from '../errors.ts';

/**
 * The sockets at which the processes of a run have listened: `control.1`, `control.2`, one more for each that went on with
 * it. A process that died leaves a socket without a listener; the last one belongs to the current process of the run.
 */
const pattern = /^control\.([1-9]\d*)$/;

/** The exclusive claim of a process on a run, and its socket for stop requests. */
export class RunControl {
	readonly #server: Server;
	readonly #path: string;
	readonly #open: Set<Socket>;
	#abort: ((text: string) => void) | undefined;
	#asked: string | undefined;

	private constructor(server: Server, path: string, open: Set<Socket>) {
		this.#server = server;
		this.#path = path;
		this.#open = open;
	}

	/**
	 * Claims a run. If two processes claim it concurrently, one succeeds: each listens first, and then renames its socket
	 * to the next number, which fails if that is taken.
	 *
	 * @param run Its name, for the message.
	 * @throws PrerequisiteError when a process that lives has it.
	 */
	static async claim(folder: string, run: string): Promise<RunControl> {
		const open = new Set<Socket>();
		const own = join(folder, `control-${process.pid}`);
		await rm(own, {force: true});
		const server = createServer();
		await new Promise<void>((resolve, reject) => server.once('error', reject).listen(own, resolve));
		server.unref();
		try {
			for (;;) {
				const last = await lastOf(folder);
				if (last > 0 && (await answers(pathOf(folder, last)))) {
					throw new PrerequisiteError(`${run} is still in progress`, `stop it first: vacate abort ${run}`);
				}
				const path = pathOf(folder, last + 1);
				if (await isNew(own, path)) {
					const control = new RunControl(server, path, open);
					server.on('connection', socket => control.#welcome(socket));
					return control;
				}
			}
		} catch (error) {
			server.close();
			throw error;
		} finally {
			await rm(own, {force: true});
		}
	}

	/** The callback for a request to stop the run, with what the request says. */
	onAbort(abort: (text: string) => void): void {
		this.#abort = abort;
		if (this.#asked !== undefined) abort(this.#asked);
	}

	async close(): Promise<void> {
		for (const socket of this.#open) socket.destroy();
		this.#server.close();
		await rm(this.#path, {force: true});
	}

	#welcome(socket: Socket): void {
		this.#open.add(socket);
		socket.on('error', () => {}).on('close', () => this.#open.delete(socket));
		socket.on('data', data => {
			const [, text] = /^abort(.*)/.exec(String(data)) ?? [];
			if (text === undefined) return;
			this.#asked = text;
			this.#abort?.(text);
		});
	}
}

/** Whether the process of the run is alive. */
export async function isAlive(folder: string): Promise<boolean> {
	const last = await lastOf(folder);
	return last > 0 && answers(pathOf(folder, last));
}

/**
 * Tells a running run to abort and roll back its actions in progress, and waits for its end. False if it is not
 * running.
 */
export async function abortRun(folder: string, text = ''): Promise<boolean> {
	const last = await lastOf(folder);
	if (last === 0) return false;
	return new Promise(resolve => {
		const socket = connect(pathOf(folder, last), () => socket.write(`abort${text}\n`));
		let connected = false;
		socket.once('connect', () => {
			connected = true;
		});
		socket.on('error', () => {}).on('close', () => resolve(connected));
	});
}

async function lastOf(folder: string): Promise<number> {
	const names = await readdir(folder).catch(() => []);
	return Math.max(0, ...names.map(name => Number(pattern.exec(name)?.[1] ?? 0)));
}

function pathOf(folder: string, number: number): string {
	return join(folder, `control.${number}`);
}

function answers(path: string): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect(path, () => {
			socket.destroy();
			resolve(true);
		}).once('error', () => resolve(false));
	});
}

/** Gives the socket an unused name; false if the name is taken. */
async function isNew(own: string, path: string): Promise<boolean> {
	try {
		await link(own, path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}
