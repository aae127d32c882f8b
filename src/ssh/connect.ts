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

/** A server that is offered too many connections at once closes some, by MaxStartups: they may be tried again. */
const attempts = 8;

/** A host that has been told goodbye has so long to close. */
const closeGraceMs = 1000;

/** Makes connections, and keeps those to hosts that lead to others. */
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
	 * Connects to a host that shows a key we know.
	 *
	 * @throws UnreachableError: no answer, an unknown or changed host key, or no way to log in; OpenSshNeeded.
	 */
	async connect(route: Route): Promise<Connection> {
		for (let attempt = 1; ; attempt++) {
			// Each time anew: what has been offered once is not offered again.
			const identity = await identityOf(route, this.#keys);
			// Not within the gate: who waits for a host on the way must not hold the place that it needs.
			const hop = route.via.kind === 'jump' ? await this.#hop(route.host, route.via.hop) : undefined;
			try {
				return await this.#handshakes.pass(() => this.#meet(route, identity, hop));
			} catch (error) {
				if (!(error instanceof TurnedAway)) throw error;
				if (attempt === attempts)
					throw new UnreachableError(route.host, error.message, `try it by hand: ${route.byHand}`);
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

	/** A host on the way to another; what is wrong with it is told of the one that lies behind it. */
	#hop(host: string, hop: Route): Promise<Connection> {
		return this.#sharedHop(hop).catch(error => {
			throw error instanceof UnreachableError ? new UnreachableError(host, error.reason, error.remedy) : error;
		});
	}

	/** One connection to a host on the way serves all that reach it alike: with the same keys, and believing the same. */
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

/** The server closed the connection before anything was asked of it. */
class TurnedAway extends Error {}

async function shakeHands(route: Route, identity: Identity, hosts: KnownHosts, stream: Duplex): Promise<Connection> {
	const known = await hosts.keysOf(route).catch((error: Error) => {
		throw new UnreachableError(route.host, error.message);
	});
	if (known.keys.length === 0 && known.authorities > 0)
		throw new OpenSshNeeded('its host key is known by an authority');
	const check = new HostKeyCheck(route, hosts, known);
	const hostVerifier: HostVerifier = (key, answer) => void check.accepts(key).then(answer);
	// The client would wait for what can no longer come.
	if (stream.destroyed) throw new TurnedAway('the connection closed at once');
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
		// Heard from the first moment: a server that lets us in and breaks off in one packet must not end this process.
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
	// The server's own words, by which nothing is decided.
	if (typeof (error as {code?: unknown}).code === 'number') {
		return new UnreachableError(host, `it ended the connection: ${message}`, `try it by hand: ${byHand}`);
	}
	if (/host key (format|algorithm)/i.test(message)) return check.noneOfTheKnown() ?? new OpenSshNeeded(message);
	if (/no matching/i.test(message)) return new OpenSshNeeded(message);
	if (/authentication methods/i.test(message)) {
		const foreign = route.agent === undefined ? undefined : await foreignKeyOf(route.agent);
		if (foreign !== undefined) return new OpenSshNeeded(`the agent holds a key of the kind ${foreign}`);
		if (route.gssapi && identity.allowed().includes('gssapi-with-mic') && (await hasTicket())) {
			return new OpenSshNeeded('it takes Kerberos tickets (GSSAPI)');
		}
		const tried = identity.tried.join(', ') || 'anything: there is no key, no agent and no password';
		return new UnreachableError(
			host,
			`${user} may not log in with ${tried}`,
			`put the public key into ~${user}/.ssh/authorized_keys there, or name another with ansible_ssh_private_key_file`,
		);
	}
	if (/before handshake|ECONNRESET|EPIPE|No response from server/i.test(message)) return new TurnedAway(message);
	if (/Timed out/i.test(message)) {
		return new UnreachableError(
			host,
			`no handshake within ${route.connectTimeoutMs / 1000} s`,
			`try it by hand: ${byHand}`,
		);
	}
	return new UnreachableError(host, message, `try it by hand: ${byHand}`);
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
			end('the connection was closed here');
			client.end();
			// A host that does not close its side must not keep this process alive.
			setTimeout(() => stream.destroy(), closeGraceMs).unref();
		},
	};
}
