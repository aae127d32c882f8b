import {rm} from 'node:fs/promises';
import {connect, createServer, type Socket} from 'node:net';
import {join} from 'node:path';

/** The place where a live run can be spoken to. A run that has died leaves a socket on which nobody listens. */
const socketOf = (folder: string) => join(folder, 'control');

/** Listens for `abort`, as long as the run lives. */
export async function listenForControl(folder: string, abort: () => void): Promise<() => Promise<void>> {
	const path = socketOf(folder);
	await rm(path, {force: true});
	const open = new Set<Socket>();
	const server = createServer(socket => {
		open.add(socket);
		socket.on('error', () => {}).on('close', () => open.delete(socket));
		socket.on('data', text => String(text).includes('abort') && abort());
	});
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
	server.unref();
	return async () => {
		for (const socket of open) socket.destroy();
		server.close();
		await rm(path, {force: true});
	};
}

/** Does the run live? */
export function isAlive(folder: string): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect(socketOf(folder), () => {
			socket.destroy();
			resolve(true);
		}).once('error', () => resolve(false));
	});
}

/** Tells a live run to stop and take back what is under way, and waits for its end. False when it does not live. */
export function abortRun(folder: string): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect(socketOf(folder), () => socket.write('abort\n'));
		let connected = false;
		socket.once('connect', () => {
			connected = true;
		});
		socket.on('error', () => {}).on('close', () => resolve(connected));
	});
}
