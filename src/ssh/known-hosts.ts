import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {access} from 'node:fs/promises';
import {promisify} from 'node:util';
import {quoteArgv} from '../shell/quote.ts';
import type {Endpoint} from './endpoint.ts';

const run = promisify(execFile);

/** What is known of a host's keys. */
export type KnownKeys = {
	/** Keys it may show, in base64, with their types. */
	readonly keys: readonly {readonly type: string; readonly base64: string}[];
	/** Keys it must not show. */
	readonly revoked: readonly string[];
};

/**
 * Looks a host up in its known_hosts files. OpenSSH's own `ssh-keygen -F` reads them, so that hashed names, patterns and
 * markers mean what they mean to ssh. It exits with 0 for a revoked key too: the markers decide.
 */
export async function knownKeys({address, port, knownHostsFiles}: Endpoint): Promise<KnownKeys> {
	const name = port === 22 ? address : `[${address}]:${port}`;
	const texts = await Promise.all(knownHostsFiles.map(file => lookUp(name, file)));
	const lines = texts
		.join('\n')
		.split('\n')
		.filter(line => line !== '' && !line.startsWith('#'));
	const entries = lines
		.map(line => line.split(/\s+/))
		.map(words => (words[0]?.startsWith('@') ? words : ['', ...words]));
	return {
		keys: entries.filter(([marker]) => marker === '').map(([, , type = '', base64 = '']) => ({type, base64})),
		revoked: entries.filter(([marker]) => marker === '@revoked').map(([, , , base64 = '']) => base64),
	};
}

async function lookUp(name: string, file: string): Promise<string> {
	try {
		await access(file);
		return (await run('ssh-keygen', ['-F', name, '-f', file])).stdout;
	} catch {
		// No such file, or no such host in it.
		return '';
	}
}

/** The algorithms to ask for, so that a host shows a key that is known. */
export function algorithmsOf({keys}: KnownKeys): readonly string[] {
	return [...new Set(keys.flatMap(({type}) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])))];
}

/** A key's fingerprint, as ssh prints it. */
export function fingerprint(key: Buffer): string {
	return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The command with which a person accepts the key that a host shows now. */
export function acceptCommand({address, port, knownHostsFiles}: Endpoint): string {
	const scan = quoteArgv(['ssh-keyscan', '-p', String(port), address]);
	return `${scan} >> ${quoteArgv([knownHostsFiles[0] ?? '~/.ssh/known_hosts'])}`;
}
