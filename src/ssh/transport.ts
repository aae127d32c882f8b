import {spawn} from 'node:child_process';
import {connect as connectSocket} from 'node:net';
import {Duplex} from 'node:stream';
import {UnreachableError} from '../errors.ts';
import type {Connection} from './connection.ts';
import type {Route} from './route.ts';

/** Opens the transport of a connection; `hop` is the connection to the jump host. */
export function openTransport(route: Route, hop: Connection | undefined): Promise<Duplex> {
	if (hop !== undefined) return throughHop(route, hop);
	if (route.via.kind === 'command') return Promise.resolve(throughCommand(route.via.line));
	return openSocket(route, route.via.kind === 'direct' ? route.via.family : 0);
}

/** A socket without Nagle's algorithm, which delays a command by 40 ms. */
function openSocket(route: Route, family: 0 | 4 | 6): Promise<Duplex> {
	const {host, address, port, connectTimeoutMs, byHand} = route;
	return new Promise((resolve, reject) => {
		const socket = connectSocket({host: address, port, family, noDelay: true});
		const give = (reason: string) => {
			clearTimeout(timer);
			socket.destroy();
			reject(new UnreachableError(host, reason, `for details, run: ${byHand}`));
		};
		const timer = setTimeout(
			() => give(`no answer from ${address} port ${port} within ${connectTimeoutMs / 1000} s`),
			connectTimeoutMs,
		);
		socket.once('error', error => give(error.message));
		socket.once('connect', () => {
			clearTimeout(timer);
			socket.removeAllListeners('error');
			// The socket may fail before the client listens; the client then finds it closed.
			socket.on('error', () => {});
			resolve(socket);
		});
	});
}

/** ProxyCommand: the connection uses its input and output and ends with it. Like ssh, it runs in the user's shell. */
function throughCommand(line: string): Duplex {
	const child = spawn(process.env.SHELL ?? '/bin/sh', ['-c', `exec ${line}`], {stdio: ['pipe', 'pipe', 'ignore']});
	const stream = Duplex.from({readable: child.stdout, writable: child.stdin});
	child.on('error', error => stream.destroy(error));
	// A command that exits immediately breaks the connection before the client listens; the client then finds it
	// closed.
	stream.on('error', () => {});
	stream.on('close', () => child.kill());
	return stream;
}

/** ProxyJump: a connection within a connection. */
function throughHop({host, address, port, via}: Route, {client}: Connection): Promise<Duplex> {
	return new Promise((resolve, reject) => {
		client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
			if (error === undefined) return resolve(channel);
			const over = via.kind === 'jump' ? via.hop.address : 'the jump host';
			reject(new UnreachableError(host, `${over} cannot reach ${address} port ${port}: ${error.message}`));
		});
	});
}
