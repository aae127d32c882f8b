import {UnreachableError} from '../errors.ts';
import {quote} from '../shell/quote.ts';
import {acceptCommand, fingerprint, type KnownHosts, type KnownKeys, typeOf} from './known-hosts.ts';
import type {Route} from './route.ts';

/** Judges the key that a host shows, and remembers why it was refused. */
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

	/** Nothing is sent to a host before this has said yes. */
	async accepts(key: Buffer): Promise<boolean> {
		const {keys, elsewhere, revoked} = this.#known;
		const shown = key.toString('base64');
		if (revoked.includes(shown)) {
			return this.#refuse(`it shows a revoked host key: ${named(key)}`, 'find out why before anything else');
		}
		if ([...keys, ...elsewhere].some(({base64}) => base64 === shown)) return true;
		if (keys.length > 0) return this.#refuse(...this.#changed(named(key)));
		if (this.#route.acceptNewHostKeys) return this.#learn(key);
		return this.#refuse(
			`its host key is not known in ${this.#files}: ${named(key)}`,
			`compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: ${acceptCommand(this.#route)}`,
		);
	}

	/** A host that no longer has a key of any kind that is known; undefined when none was. */
	noneOfTheKnown(): UnreachableError | undefined {
		if (this.#known.keys.length === 0) return undefined;
		const kinds = [...new Set(this.#known.keys.map(({type}) => type))].join(', ');
		this.#refuse(...this.#changed(`none of the kind ${kinds}`));
		return this.refusal();
	}

	refusal(): UnreachableError | undefined {
		return this.#refused && new UnreachableError(this.#route.host, this.#refused.reason, this.#refused.remedy);
	}

	async #learn(key: Buffer): Promise<boolean> {
		try {
			await this.#hosts.learn(this.#route, key);
			// The keys of a connection are changed now and then, and the host then shows its own again.
			this.#known = {...this.#known, keys: [{type: typeOf(key), base64: key.toString('base64')}]};
			return true;
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return this.#refuse(`its host key (${named(key)}) cannot be written down: ${reason}`, 'name another file');
		}
	}

	#changed(shown: string): readonly [reason: string, remedy: string] {
		return [
			`it shows another host key than the one known in ${this.#files}: ${shown}. Somebody may be in between`,
			`only if the host was really set up anew: ssh-keygen -R ${quote(this.#route.keyName)}${fileOption(this.#route)}, then: ${acceptCommand(this.#route)}`,
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

/** A file of its own has to be named: ssh-keygen looks into the user's otherwise. */
function fileOption({knownHostsFiles: [file]}: Route): string {
	return file === undefined || file.endsWith('/.ssh/known_hosts') ? '' : ` -f ${quote(file)}`;
}
