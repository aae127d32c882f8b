import type {Duplex} from 'node:stream';
import {setTimeout as wait} from 'node:timers/promises';
import {NodeSSH} from 'node-ssh';
import type {Client, HostVerifier} from 'ssh2';
import {UnreachableError} from '../errors.ts';
import {foreignKeyOf} from './agent.ts';
import {offerTo} from './algorithms.ts';
import type {Connection} from './connection.ts';
import {HostKeyCheck} from './host-key.ts';
import {type Identity, identityOf} from './identity.ts';
import {hasTicket} from './kerberos.ts';
import type {Keys} from './keys.ts';
import {KnownHosts} from './known-hosts.ts';
import {OpenSshNeeded} from './openssh-needed.ts';
import type {Route} from './route.ts';
import type {Semaphore} from './semaphore.ts';
import {openTransport} from './transport.ts';

/** With MaxStartups, a server closes some of many simultaneous connections; these are retried. */
const attempts = 8;

/** How long a host has to close its side of the connection. */
const closeGraceMs = 1000;

/** Establishes connections, and keeps those to jump hosts. */
export class Connector {
	readonly #keys: Keys;
	readonly #handshakes: Semaphore;
	readonly #knownHosts = new KnownHosts();
	readonly #hops = new Map<string, Promise<Connection>>();

	constructor(keys: Keys, handshakes: Semaphore) {
		this.#keys = keys;
		this.#handshakes = handshakes;
	}

	/**
	 * Connects to a host and verifies its host key.
	 *
	 * @throws UnreachableError: no answer, an unknown or changed host key, or failed authentication; OpenSshNeeded.
	 */
	async connect(route: Route): Promise<Connection> {
		for (let attempt = 1; ; attempt++) {
			// Created for each attempt, because each key is offered only once.
			const identity = await identityOf(route, this.#keys);
			// Outside the semaphore: a host that waits for its jump host must not hold the slot that the jump host
			// needs.
			const hop = route.via.kind === 'jump' ? await this.#hop(route.host, route.via.hop) : undefined;
			try {
				return await this.#handshakes.pass(() => this.#meet(route, identity, hop));
			} catch (error) {
				if (!(error instanceof TurnedAway)) throw error;
				if (attempt === attempts)
					throw new UnreachableError(route.host, error.message, `for details, run: ${route.byHand}`);
			}
			await wait(Math.min(2000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random()));
		}
	}

	async #meet(route: Route, identity: Identity, hop: Connection | undefined): Promise<Connection> {
		const stream = await openTransport(route, hop);
		try {
			return await shakeHands(route, identity, this.#knownHosts, stream);
		} catch (error) {
			stream.destroy();
			throw error;
		}
	}

	/** Connects to a jump host. Errors are reported for the host behind it. */
	#hop(host: string, hop: Route): Promise<Connection> {
		return this.#sharedHop(hop).catch(error => {
			throw error instanceof UnreachableError ? new UnreachableError(host, error.reason, error.remedy) : error;
		});
	}

	/** Hosts that reach a jump host with the same keys and the same trust share one connection to it. */
	#sharedHop(route: Route): Promise<Connection> {
		const key = JSON.stringify(route, (name, value) => (name === 'host' || name === 'byHand' ? undefined : value));
		const known = this.#hops.get(key);
		if (known !== undefined) return known;
		const forget = () => this.#hops.delete(key);
		const made = this.connect(route);
		this.#hops.set(key, made);
		made.then(connection => connection.onGone(forget), forget);
		return made;
	}

	async close(): Promise<void> {
		const hops = await Promise.allSettled(this.#hops.values());
		for (const hop of hops) if (hop.status === 'fulfilled') hop.value.close();
	}
}

/** The server closed the connection before it received a request. */
class TurnedAway extends Error {}

async function shakeHands(route: Route, identity: Identity, hosts: KnownHosts, stream: Duplex): Promise<Connection> {
	const known = await hosts.keysOf(route).catch((error: Error) => {
		throw new UnreachableError(route.host, error.message);
	});
	if (known.keys.length === 0 && known.authorities > 0)
		throw new OpenSshNeeded('its host key is verified through a certificate authority');
	const check = new HostKeyCheck(route, hosts, known);
	const hostVerifier: HostVerifier = (key, answer) => void check.accepts(key).then(answer);
	// The client would wait for data that can no longer arrive.
	if (stream.destroyed) throw new TurnedAway('the connection closed immediately');
	const ssh = new NodeSSH();
	try {
		const connected = ssh.connect({
			sock: stream,
			username: route.user,
			authHandler: identity.handler,
			hostVerifier,
			algorithms: offerTo(route, known),
			readyTimeout: route.connectTimeoutMs,
			keepaliveInterval: route.aliveIntervalMs,
			keepaliveCountMax: route.aliveCountMax,
		});
		// Registered before the handshake ends: a server that logs in and disconnects in one packet must not crash
		// vacate.
		const client = ssh.connection as Client;
		const watch = watchEnd(client, stream);
		await connected;
		const gone = watch.gone();
		if (gone !== undefined) throw new TurnedAway(gone);
		client.setMaxListeners(0);
		return {client, onGone: watch.onGone, close: () => watch.close()};
	} catch (error) {
		throw check.refusal() ?? (await whyRefused(route, identity, check, error));
	}
}

async function whyRefused(route: Route, identity: Identity, check: HostKeyCheck, error: unknown): Promise<Error> {
	if (error instanceof OpenSshNeeded || error instanceof TurnedAway) return error;
	const {host, user, byHand} = route;
	const message = error instanceof Error ? error.message : String(error);
	// The server's message; its text has no influence.
	if (typeof (error as {code?: unknown}).code === 'number') {
		return new UnreachableError(host, `the server disconnected: ${message}`, `for details, run: ${byHand}`);
	}
	if (/host key (format|algorithm)/i.test(message)) return check.noneOfTheKnown() ?? new OpenSshNeeded(message);
	if (/no matching/i.test(message)) return new OpenSshNeeded(message);
	if (/authentication methods/i.test(message)) {
		const foreign = route.agent === undefined ? undefined : await foreignKeyOf(route.agent);
		if (foreign !== undefined) return new OpenSshNeeded(`the agent has a key of type ${foreign}`);
		if (route.gssapi && identity.allowed().includes('gssapi-with-mic') && (await hasTicket())) {
			return new OpenSshNeeded('the server accepts Kerberos (GSSAPI)');
		}
		const tried = identity.tried.join(', ') || 'anything: no key, agent or password is available';
		return new UnreachableError(
			host,
			`${user} cannot log in with ${tried}`,
			`add the public key to ~${user}/.ssh/authorized_keys on the host, or set ansible_ssh_private_key_file`,
		);
	}
	if (/before handshake|ECONNRESET|EPIPE|No response from server/i.test(message)) return new TurnedAway(message);
	if (/Timed out/i.test(message)) {
		return new UnreachableError(
			host,
			`no SSH handshake within ${route.connectTimeoutMs / 1000} s`,
			`for details, run: ${byHand}`,
		);
	}
	return new UnreachableError(host, message, `for details, run: ${byHand}`);
}

type Watch = Pick<Connection, 'onGone' | 'close'> & {gone(): string | undefined};

function watchEnd(client: Client, stream: Duplex): Watch {
	const calls = new Set<(reason: string) => void>();
	let ended: string | undefined;
	const end = (reason: string) => {
		ended ??= reason;
		for (const call of calls) call(ended);
		calls.clear();
	};
	client.on('error', error => end(error.message));
	client.on('close', () => end('the connection closed'));
	return {
		gone: () => ended,
		onGone(call) {
			if (ended === undefined) calls.add(call);
			else call(ended);
			return () => calls.delete(call);
		},
		close() {
			end('the connection was closed by vacate');
			client.end();
			// A host that does not close its side must not keep this process alive.
			setTimeout(() => stream.destroy(), closeGraceMs).unref();
		},
	};
}
