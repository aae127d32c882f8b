import {createHash, createHmac, randomBytes} from 'node:crypto';
import {mkdir, open, readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {quoteArgv} from '../shell/quote.ts';
import {type KnownHostsEntry, parseKnownHosts} from './known-hosts-file.ts';
import type {Route} from './route.ts';

/** The known keys of a host. */
export type KnownKeys = {
	/** Accepted keys, in Base64, with their types. */
	readonly keys: readonly KnownKey[];
	/** Keys of the same address at the default port: accepted on any port. */
	readonly elsewhere: readonly KnownKey[];
	/** Rejected keys. */
	readonly revoked: readonly string[];
	/** The number of certificate authorities trusted for it. */
	readonly authorities: number;
};

type KnownKey = {readonly type: string; readonly base64: string};

/** The known_hosts files. Each is read once, and again after a key was added. */
export class KnownHosts {
	readonly #files = new Map<string, Promise<readonly KnownHostsEntry[]>>();

	/** The known keys of a host, from the files of its route. */
	async keysOf({keyName, knownHostsFiles}: Route): Promise<KnownKeys> {
		const entries = (await Promise.all(knownHostsFiles.map(file => this.#read(file)))).flat();
		const known = select(entries, keyName);
		const [, plainName] = /^\[(.+)\]:\d+$/.exec(keyName) ?? [];
		if (plainName === undefined || known.keys.length + known.authorities > 0) return known;
		// Like ssh: a key known without a port is accepted on any port, but a different key there does not count as
		// changed.
		const {keys, revoked, authorities} = select(entries, plainName);
		return {keys: [], elsewhere: keys, revoked: [...known.revoked, ...revoked], authorities};
	}

	/** Records the key of a host that had no known key. */
	async learn({keyName, knownHostsFiles, hashKnownHosts}: Route, key: Buffer): Promise<void> {
		const [file] = knownHostsFiles;
		if (file === undefined) throw new Error('no known_hosts file is configured');
		await mkdir(dirname(file), {recursive: true, mode: 0o700});
		const handle = await open(file, 'a+', 0o600);
		try {
			const stats = await handle.stat();
			if (!stats.isFile()) throw new Error(`${file} is not a regular file`);
			const {size} = stats;
			const last = size === 0 ? '\n' : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
			const line = `${hashKnownHosts ? hashed(keyName) : keyName} ${typeOf(key)} ${key.toString('base64')}\n`;
			await handle.appendFile(last === '\n' ? line : `\n${line}`);
		} finally {
			await handle.close();
			this.#files.delete(file);
		}
	}

	#read(file: string): Promise<readonly KnownHostsEntry[]> {
		const known =
			this.#files.get(file) ??
			readFile(file, 'utf8').then(parseKnownHosts, (error: NodeJS.ErrnoException) => {
				if (error.code === 'ENOENT') return [];
				throw new Error(`cannot read ${file}: ${error.message}`);
			});
		this.#files.set(file, known);
		return known;
	}
}

function select(entries: readonly KnownHostsEntry[], name: string): KnownKeys {
	const own = entries.filter(entry => entry.names(name));
	return {
		keys: own.filter(({marker}) => marker === undefined),
		elsewhere: [],
		revoked: own.filter(({marker}) => marker === '@revoked').map(({base64}) => base64),
		authorities: own.filter(({marker}) => marker === '@cert-authority').length,
	};
}

/** The host key algorithms to request, so that the host presents one of these keys. */
export function algorithmsOf(keys: readonly KnownKey[]): readonly string[] {
	return [...new Set(keys.flatMap(({type}) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])))];
}

/** A host name hashed as by HashKnownHosts: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
function hashed(name: string): string {
	const salt = randomBytes(20);
	const hash = createHmac('sha1', salt).update(name).digest('base64');
	return `|1|${salt.toString('base64')}|${hash}`;
}

/** The type of a public key, its first field (RFC 4253, 6.6). */
export function typeOf(key: Buffer): string {
	return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

/** The fingerprint of a key in ssh's format. */
export function fingerprint(key: Buffer): string {
	return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The command with which the user accepts the key that the host presents now. */
export function acceptCommand({address, port, via, byHand, knownHostsFiles}: Route): string {
	// ssh-keyscan supports neither ProxyJump nor ProxyCommand.
	if (via.kind !== 'direct') return byHand.replace('ssh -v', 'ssh -o StrictHostKeyChecking=ask');
	const scan = quoteArgv(['ssh-keyscan', ...(port === 22 ? [] : ['-p', String(port)]), address]);
	return `${scan} >> ${quoteArgv([knownHostsFiles[0] ?? '~/.ssh/known_hosts'])}`;
}
