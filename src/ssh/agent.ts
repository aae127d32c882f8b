import {execFile} from 'node:child_process';
import ssh2, {type IdentityCallback, type ParsedKey} from 'ssh2';

/** The running agent, filtered by ssh_config. An agent that does not answer has no keys. */
export class Agent extends ssh2.OpenSSHAgent {
	readonly #first: readonly ParsedKey[];
	readonly #only: boolean;

	/**
	 * @param first Keys to offer before all others.
	 * @param only Do not offer other keys (IdentitiesOnly).
	 */
	constructor(socket: string, first: readonly ParsedKey[], only: boolean) {
		super(socket);
		this.#first = first;
		this.#only = only;
	}

	override getIdentities(call: IdentityCallback<ParsedKey>): void {
		super.getIdentities((error, keys) => {
			if (error || keys === undefined) return call(undefined, []);
			const wanted = new Set(this.#first.map(publicOf));
			// The agent itself returns parsed keys; the type also allows other forms.
			const held = keys as readonly ParsedKey[];
			const isFirst = (key: ParsedKey) => wanted.has(publicOf(key));
			call(undefined, [...held.filter(isFirst), ...(this.#only ? [] : held.filter(key => !isFirst(key)))]);
		});
	}
}

function publicOf(key: ParsedKey): string {
	return key.getPublicSSH().toString('base64');
}

/** Returns the type of a key in the agent that only OpenSSH's client can use, if there is one. */
export function foreignKeyOf(socket: string): Promise<string | undefined> {
	return new Promise(resolve => {
		const env = {...process.env, SSH_AUTH_SOCK: socket};
		execFile('ssh-add', ['-L'], {env, timeout: 5000}, (_error, stdout) => {
			resolve(/^(sk-\S+|\S+-cert-v01@openssh\.com) /m.exec(stdout)?.[1]);
		});
	});
}
