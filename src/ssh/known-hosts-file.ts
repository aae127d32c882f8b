import {createHmac, timingSafeEqual} from 'node:crypto';
import {glob} from '../glob/glob.ts';

/** One line of a known_hosts file. */
export type KnownHostsEntry = {
	readonly marker?: '@cert-authority' | '@revoked';
	readonly type: string;
	readonly base64: string;
	/** Whether it applies to the host with this name. */
	names(name: string): boolean;
};

/**
 * Parses a known_hosts file, as described in sshd(8) under SSH_KNOWN_HOSTS FILE FORMAT. Like ssh, it ignores invalid
 * lines. Running `ssh-keygen -F` instead would take one process per host and file.
 */
export function parseKnownHosts(text: string): readonly KnownHostsEntry[] {
	return text.split('\n').flatMap(line => {
		const words = line.trim().split(/[ \t]+/);
		const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
		const [names = '', type, base64] = words;
		if (names.startsWith('#') || type === undefined || base64 === undefined) return [];
		if (marker !== undefined && marker !== '@cert-authority' && marker !== '@revoked') return [];
		return [{type, base64, names: matcher(names), ...(marker === undefined ? {} : {marker})}];
	});
}

function matcher(names: string): (name: string) => boolean {
	const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(names) ?? [];
	if (salt !== undefined && hash !== undefined) {
		const [key, digest] = [Buffer.from(salt, 'base64'), Buffer.from(hash, 'base64')];
		return name => {
			const own = createHmac('sha1', key).update(name.toLowerCase()).digest();
			return own.length === digest.length && timingSafeEqual(own, digest);
		};
	}
	const patterns = names.split(',').map(pattern => {
		const negated = pattern.startsWith('!');
		return {negated, test: wildcard(negated ? pattern.slice(1) : pattern)};
	});
	return name => {
		const own = patterns.filter(({test}) => test(name.toLowerCase()));
		return own.length > 0 && !own.some(({negated}) => negated);
	};
}

/** Compiles a lower-case name with `*` and `?`. Most names have neither. */
function wildcard(pattern: string): (name: string) => boolean {
	const small = pattern.toLowerCase();
	if (!/[*?]/.test(small)) return name => name === small;
	return glob(small);
}
