import {readFile} from 'node:fs/promises';
import {connect as connectSocket, type Socket} from 'node:net';
import {NodeSSH} from 'node-ssh';
import type {AnyAuthMethod, Client} from 'ssh2';
import {UnreachableError} from '../errors.ts';
import type {Endpoint} from './endpoint.ts';
import {acceptCommand, algorithmsOf, fingerprint, type KnownKeys, knownKeys} from './known-hosts.ts';

/** An open connection to a host. */
export type Connection = {
	readonly client: Client;
	/** Calls back with the reason, once, when the connection goes or has gone; gives what takes the call off again. */
	onGone(call: (reason: string) => void): () => void;
	close(): void;
};

/**
 * Connects to a host that shows a key we know.
 *
 * @throws UnreachableError: no answer, an unknown or changed host key, or no way to log in.
 */
export async function connect(endpoint: Endpoint): Promise<Connection> {
	const known = await knownKeys(endpoint);
	const check = new HostKeyCheck(endpoint, known);
	const [socket, authHandler] = await Promise.all([openSocket(endpoint), authentication(endpoint)]);
	const ssh = new NodeSSH();
	try {
		await ssh.connect({
			sock: socket,
			username: endpoint.user,
			authHandler: [...authHandler],
			hostVerifier: (key: Buffer) => check.accepts(key),
			...(known.keys.length === 0 ? {} : {algorithms: {serverHostKey: algorithmsOf(known) as never}}),
			readyTimeout: endpoint.connectTimeoutMs,
			keepaliveInterval: endpoint.aliveIntervalMs,
			keepaliveCountMax: 3,
		});
	} catch (error) {
		socket.destroy();
		throw check.refusal() ?? refused(endpoint, error);
	}
	const client = ssh.connection;
	if (client === null) throw new UnreachableError(endpoint.host, 'the connection closed at once');
	client.setMaxListeners(0);
	return {client, onGone: watchEnd(client), close: () => ssh.dispose()};
}

function watchEnd(client: Client): Connection['onGone'] {
	const calls = new Set<(reason: string) => void>();
	let ended: string | undefined;
	const end = (reason: string) => {
		ended ??= reason;
		for (const call of calls) call(ended);
		calls.clear();
	};
	client.on('error', error => end(error.message));
	client.on('close', () => end('the connection closed'));
	return call => {
		if (ended === undefined) calls.add(call);
		else call(ended);
		return () => calls.delete(call);
	};
}

/** A socket without Nagle's delay, which costs a command 40 ms. */
function openSocket({host, address, port, connectTimeoutMs}: Endpoint): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connectSocket({host: address, port, noDelay: true});
		const give = (reason: string) => {
			socket.destroy();
			reject(new UnreachableError(host, reason, `try it by hand: ssh -v -p ${port} ${address}`));
		};
		const timer = setTimeout(
			() => give(`no answer from ${address} port ${port} within ${connectTimeoutMs / 1000} s`),
			connectTimeoutMs,
		);
		socket.once('error', error => {
			clearTimeout(timer);
			give(error.message);
		});
		socket.once('connect', () => {
			clearTimeout(timer);
			socket.removeAllListeners('error');
			resolve(socket);
		});
	});
}

/** The agent's keys first, then the key files that are there. */
async function authentication({user, identityFiles}: Endpoint): Promise<readonly AnyAuthMethod[]> {
	const agent = process.env.SSH_AUTH_SOCK;
	const keys = await Promise.all(identityFiles.map(file => readFile(file).catch(() => undefined)));
	return [
		...keys.flatMap((key): AnyAuthMethod[] => (key === undefined ? [] : [{type: 'publickey', username: user, key}])),
		...(agent === undefined ? [] : [{type: 'agent', username: user, agent} as const]),
	];
}

/** Judges the key that a host shows, and remembers why it was refused. */
class HostKeyCheck {
	readonly #endpoint: Endpoint;
	readonly #known: KnownKeys;
	#refused: {readonly reason: string; readonly remedy: string} | undefined;

	constructor(endpoint: Endpoint, known: KnownKeys) {
		this.#endpoint = endpoint;
		this.#known = known;
	}

	accepts(key: Buffer): boolean {
		const {address, port, knownHostsFiles} = this.#endpoint;
		const shown = key.toString('base64');
		const files = knownHostsFiles.join(', ');
		const print = fingerprint(key);
		if (this.#known.revoked.includes(shown)) {
			this.#refused = {reason: `it shows a revoked host key (${print})`, remedy: 'find out why before anything else'};
		} else if (this.#known.keys.some(({base64}) => base64 === shown)) {
			return true;
		} else if (this.#known.keys.length === 0) {
			this.#refused = {
				reason: `its host key is not known in ${files}: ${print}`,
				remedy: `compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: ${acceptCommand(this.#endpoint)}`,
			};
		} else {
			const name = port === 22 ? address : `[${address}]:${port}`;
			this.#refused = {
				reason: `it shows another host key than the one known in ${files}: ${print}. Somebody may be in between`,
				remedy: `only if the host was really set up anew: ssh-keygen -R '${name}', then: ${acceptCommand(this.#endpoint)}`,
			};
		}
		return false;
	}

	refusal(): UnreachableError | undefined {
		return this.#refused && new UnreachableError(this.#endpoint.host, this.#refused.reason, this.#refused.remedy);
	}
}

function refused({host, user, address, port, identityFiles}: Endpoint, error: unknown): UnreachableError {
	const message = error instanceof Error ? error.message : String(error);
	if (/authentication/i.test(message)) {
		const tried = process.env.SSH_AUTH_SOCK === undefined ? identityFiles : [...identityFiles, 'the agent'];
		return new UnreachableError(
			host,
			`${user} may not log in with ${tried.join(', ')}`,
			`put the public key into ~${user}/.ssh/authorized_keys there, or name another with ansible_ssh_private_key_file`,
		);
	}
	return new UnreachableError(host, message, `try it by hand: ssh -v -p ${port} ${user}@${address}`);
}
