import {setTimeout as wait} from 'node:timers/promises';
import {UnreachableError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import type {Relay} from '../shell/relay.ts';
import type {Outcome, RunOptions, Shell} from '../shell/shell.ts';
import {asOtherUser, becomeFor} from './become.ts';
import {ConfigReader} from './config.ts';
import {Connector} from './connect.ts';
import {SshConnectionPool} from './connection-pool.ts';
import type {Endpoint} from './endpoint.ts';
import {type AskSecret, Keys} from './keys.ts';
import type {HostLink} from './link.ts';
import {localLink} from './local-link.ts';
import {OpenSshLink} from './openssh.ts';
import {OpenSshNeeded} from './openssh-needed.ts';
import {relayOver} from './relay.ts';
import {routeOf} from './route.ts';
import {Semaphore} from './semaphore.ts';

/** The number of concurrent handshakes over all hosts: each blocks this process for some milliseconds. */
const handshakesAtOnce = 8;

/** The pauses before a read is repeated after a lost connection. */
const readAgainAfterMs = [200, 1000, 3000];

export type SshShell = Shell & {
	readonly relay: Relay;
};

export type SshOptions = {
	/** Prompts for the passphrase of a key. Without it, encrypted keys are not used. */
	readonly askSecret?: AskSecret;
	/** Reports that a host is reached with another client than the rest. */
	readonly tell?: (text: string) => void;
	/** Called for every finished command; for a repeated read only the last time. */
	readonly ended?: (command: Command, outcome: Outcome) => void;
};

/** The endpoints of hosts, by name. `get` throws InputError for a host whose variables are invalid. */
export type EndpointSource = Pick<ReadonlyMap<string, Endpoint>, 'get'>;

/** Reaches hosts over SSH: one connection per host, established on first use, shared by concurrent commands. */
export function openSsh(endpoints: EndpointSource, local: Shell, options: SshOptions = {}): SshShell {
	const links = new Links(endpoints, local, options);
	const shell: Shell = {
		async run(command, runOptions = {}) {
			const outcome = await runSurely(links, command, runOptions);
			options.ended?.(command, outcome);
			return outcome;
		},
		close: () => links.close(),
	};
	return {
		...shell,
		relay: relayOver(shell, host => links.to(host)),
		reset: host => links.reset(host),
	};
}

/** Runs a command once. A read that lost its connection before any of its output was delivered is repeated. */
async function runSurely(links: Links, command: Command, options: RunOptions): Promise<Outcome> {
	const since = performance.now();
	const {timeoutMs = Number.POSITIVE_INFINITY} = command;
	let seen = false;
	const watched: RunOptions = {
		...options,
		...watching(options, () => {
			seen = true;
		}),
	};
	const pauses = command.effect === 'read' ? [...readAgainAfterMs] : [];
	for (let attempt = 0; ; attempt++) {
		const pause = pauses[attempt];
		try {
			const outcome = await links.run(command, watched);
			if (outcome.end !== 'lost' || pause === undefined || seen || options.signal?.aborted) return outcome;
			// A host that did not answer within the command's time limit will not do so next time.
			if (performance.now() - since >= timeoutMs) return outcome;
		} catch (error) {
			// If the first attempt could not connect at all, no connection was lost.
			if (attempt === 0 || pause === undefined || !(error instanceof UnreachableError)) throw error;
		}
		await wait(pause, undefined, {signal: options.signal}).catch(() => {});
	}
}

function watching({onStdout, onStderr}: RunOptions, see: () => void): RunOptions {
	const watch = (tell: (text: string) => void) => (text: string) => {
		see();
		tell(text);
	};
	return {
		...(onStdout === undefined ? {} : {onStdout: watch(onStdout)}),
		...(onStderr === undefined ? {} : {onStderr: watch(onStderr)}),
	};
}

/** The links to all hosts, each established on first use. */
class Links {
	readonly #endpoints: EndpointSource;
	readonly #local: HostLink;
	readonly #config = new ConfigReader();
	readonly #handshakes = new Semaphore(handshakesAtOnce);
	readonly #connector: Connector;
	readonly #links = new Map<string, Promise<HostLink>>();
	readonly #changed = new Set<string>();
	readonly #tell: (text: string) => void;

	constructor(endpoints: EndpointSource, local: Shell, {askSecret, tell = () => {}}: SshOptions) {
		this.#tell = tell;
		this.#endpoints = endpoints;
		this.#local = localLink(local);
		this.#connector = new Connector(new Keys(askSecret), this.#handshakes);
	}

	async run(command: Command, options: RunOptions): Promise<Outcome> {
		try {
			if (command.here) return await this.#here(command.host).run(command, options);
			return await (await this.to(command.host)).run(command, options);
		} catch (error) {
			if (!(error instanceof OpenSshNeeded)) throw error;
			// Nothing has been run.
			return (await this.#change(command.host, error.message)).run(command, options);
		}
	}

	to(host: string): Promise<HostLink> {
		const endpoint = this.#endpoints.get(host);
		if (endpoint === undefined) throw new Error(`${host} is not in the inventory`);
		const known = this.#links.get(host);
		if (known !== undefined) return known;
		const made = this.#make(endpoint);
		this.#links.set(host, made);
		made.catch(() => this.#links.delete(host));
		return made;
	}

	async reset(host: string): Promise<void> {
		const link = this.#links.get(host);
		this.#links.delete(host);
		await (await link)?.close();
	}

	async close(): Promise<void> {
		const links = await Promise.allSettled(this.#links.values());
		await Promise.all(links.map(link => (link.status === 'fulfilled' ? link.value.close() : undefined)));
		await this.#connector.close();
		await this.#local.close();
	}

	async #make(endpoint: Endpoint): Promise<HostLink> {
		if (endpoint.connection === 'local') return this.#localFor(endpoint);
		if (endpoint.connection === 'openssh' || this.#changed.has(endpoint.host)) {
			return new OpenSshLink(endpoint, this.#handshakes);
		}
		return new SshConnectionPool(await routeOf(this.#config, endpoint), this.#connector, endpoint);
	}

	#here(host: string): HostLink {
		return this.#localFor({host, connection: 'local', destination: host, options: [], acceptNewHostKeys: false});
	}

	#localFor(endpoint: Endpoint): HostLink {
		const local = this.#local;
		return {
			run: (command, options) => local.run(asOtherUser(command, becomeFor(command, endpoint)), options),
			listen: (path, take) => local.listen(path, take),
			dial: path => local.dial(path),
			close: () => local.close(),
		};
	}

	/** Switches this host to OpenSSH's client. */
	#change(host: string, reason: string): Promise<HostLink> {
		if (!this.#changed.has(host)) {
			this.#changed.add(host);
			this.#links.delete(host);
			this.#tell(`${host}: ${reason}; using the OpenSSH client with a persistent connection`);
		}
		return this.to(host);
	}
}
