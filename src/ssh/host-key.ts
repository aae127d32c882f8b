import {UnreachableError} from '../errors.ts';
import {quote} from '../shell/quote.ts';
import {acceptCommand, fingerprint, type KnownHosts, type KnownKeys, typeOf} from './known-hosts.ts';
import type {Route} from './route.ts';

/** Verifies the key that a host presents, and records why it was refused. */
export class HostKeyCheck {
	readonly #route: Route;
	readonly #hosts: KnownHosts;
	#known: KnownKeys;
	#refused: {readonly reason: string; readonly remedy: string} | undefined;

	constructor(route: Route, hosts: KnownHosts, known: KnownKeys) {
		this.#route = route;
		this.#hosts = hosts;
		this.#known = known;
	}

	/** ssh2 sends nothing to the host until this resolves. */
	async accepts(key: Buffer): Promise<boolean> {
		const {keys, elsewhere, revoked} = this.#known;
		const shown = key.toString('base64');
		if (revoked.includes(shown)) {
			return this.#refuse(
				`the host presented a revoked host key: ${named(key)}`,
				'find out why before you connect again',
			);
		}
		if ([...keys, ...elsewhere].some(({base64}) => base64 === shown)) return true;
		if (keys.length > 0) return this.#refuse(...this.#changed(named(key)));
		if (this.#route.acceptNewHostKeys) return this.#learn(key);
		return this.#refuse(
			`the host key is not in ${this.#files}: ${named(key)}`,
			`compare the fingerprint with the output of ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub on the host, then run: ${acceptCommand(this.#route)}; or accept the keys of all new hosts at once: --accept-new-host-keys`,
		);
	}

	/** The error for a host that offers no key of a known type; undefined if no key was known. */
	noneOfTheKnown(): UnreachableError | undefined {
		if (this.#known.keys.length === 0) return undefined;
		const kinds = [...new Set(this.#known.keys.map(({type}) => type))].join(', ');
		this.#refuse(...this.#changed(`none of type ${kinds}`));
		return this.refusal();
	}

	refusal(): UnreachableError | undefined {
		return this.#refused && new UnreachableError(this.#route.host, this.#refused.reason, this.#refused.remedy);
	}

	async #learn(key: Buffer): Promise<boolean> {
		try {
			await this.#hosts.learn(this.#route, key);
			// Rekeying makes the host present its key again during the connection.
			this.#known = {...this.#known, keys: [{type: typeOf(key), base64: key.toString('base64')}]};
			return true;
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return this.#refuse(
				`cannot record its host key (${named(key)}): ${reason}`,
				'set another file with UserKnownHostsFile',
			);
		}
	}

	#changed(shown: string): readonly [reason: string, remedy: string] {
		return [
			`the host key differs from the one in ${this.#files}: ${shown}. This may be a man-in-the-middle attack`,
			`only if the host was reinstalled: run ssh-keygen -R ${quote(this.#route.keyName)}${fileOption(this.#route)}, then run: ${acceptCommand(this.#route)}`,
		];
	}

	#refuse(reason: string, remedy: string): false {
		this.#refused = {reason, remedy};
		return false;
	}

	get #files(): string {
		return this.#route.knownHostsFiles.join(', ');
	}
}

function named(key: Buffer): string {
	return `${fingerprint(key)} (${typeOf(key)})`;
}

/** Names any file other than the default one, which ssh-keygen would use otherwise. */
function fileOption({knownHostsFiles: [file]}: Route): string {
	return file === undefined || file.endsWith('/.ssh/known_hosts') ? '' : ` -f ${quote(file)}`;
}
