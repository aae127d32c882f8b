import {execFile} from 'node:child_process';
import {createHash, createHmac, randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {access, mkdir, open} from 'node:fs/promises';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import {quoteArgv} from '../shell/quote.ts';
import type {Route} from './route.ts';

const run = promisify(execFile);

/** What is known of a host's keys. */
export type KnownKeys = {
	/** Keys it may show, in base64, with their types. */
	readonly keys: readonly KnownKey[];
	/** Keys it must not show. */
	readonly revoked: readonly string[];
	/** Authorities whose certificates it may show. */
	readonly authorities: number;
};

type KnownKey = {readonly type: string; readonly base64: string};

/**
 * Looks a host up in its known_hosts files. OpenSSH's own `ssh-keygen -F` reads them, so that hashed names, patterns and
 * markers mean what they mean to ssh. It exits with 0 for a revoked key too: the markers decide.
 */
export async function knownKeys({keyName, knownHostsFiles}: Route): Promise<KnownKeys> {
	const known = await lookUpIn(keyName, knownHostsFiles);
	const [, plainName] = /^\[(.+)\]:\d+$/.exec(keyName) ?? [];
	if (plainName === undefined || known.keys.length + known.authorities > 0) return known;
	// As ssh does: a key that is known without the port is the host's at any port.
	const plain = await lookUpIn(plainName, knownHostsFiles);
	return {...plain, revoked: [...known.revoked, ...plain.revoked]};
}

async function lookUpIn(name: string, files: readonly string[]): Promise<KnownKeys> {
	const texts = await Promise.all(files.map(file => lookUp(name, file)));
	const entries = texts
		.flatMap(text => text.split('\n'))
		.filter(line => line !== '' && !line.startsWith('#'))
		.map(line => line.split(/\s+/))
		.map(words => (words[0]?.startsWith('@') ? words : ['', ...words]))
		.map(([marker, , type = '', base64 = '']) => ({marker, type, base64}));
	return {
		keys: entries.filter(({marker}) => marker === '').map(({type, base64}) => ({type, base64})),
		revoked: entries.filter(({marker}) => marker === '@revoked').map(({base64}) => base64),
		authorities: entries.filter(({marker}) => marker === '@cert-authority').length,
	};
}

async function lookUp(name: string, file: string): Promise<string> {
	try {
		await access(file, constants.R_OK);
	} catch {
		return '';
	}
	try {
		return (await run('ssh-keygen', ['-F', name, '-f', file])).stdout;
	} catch (error) {
		const {code, stderr} = error as {code?: number | string; stderr?: string};
		if (code === 1) return '';
		throw new Error(`ssh-keygen -F cannot read ${file}: ${stderr?.trim() || code}`);
	}
}

/** The algorithms to ask for, so that a host shows a key that is known. */
export function algorithmsOf({keys}: KnownKeys): readonly string[] {
	return [...new Set(keys.flatMap(({type}) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])))];
}

/** Writes down the key of a host of which none was known. */
export async function learn({keyName, knownHostsFiles, hashKnownHosts}: Route, key: Buffer): Promise<void> {
	const [file] = knownHostsFiles;
	if (file === undefined) throw new Error('no known_hosts file is named');
	await mkdir(dirname(file), {recursive: true, mode: 0o700});
	const handle = await open(file, 'a+', 0o600);
	try {
		const {size} = await handle.stat();
		const last = size === 0 ? '\n' : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
		const line = `${hashKnownHosts ? hashed(keyName) : keyName} ${typeOf(key)} ${key.toString('base64')}\n`;
		await handle.appendFile(last === '\n' ? line : `\n${line}`);
	} finally {
		await handle.close();
	}
}

/** A name as HashKnownHosts hides it: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
function hashed(name: string): string {
	const salt = randomBytes(20);
	const hash = createHmac('sha1', salt).update(name).digest('base64');
	return `|1|${salt.toString('base64')}|${hash}`;
}

/** The type of a public key, which is the first of its fields (RFC 4253, 6.6). */
export function typeOf(key: Buffer): string {
	return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

/** A key's fingerprint, as ssh prints it. */
export function fingerprint(key: Buffer): string {
	return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The command with which a person accepts the key that a host shows now. */
export function acceptCommand({address, port, via, byHand, knownHostsFiles}: Route): string {
	// ssh-keyscan knows no way round.
	if (via.kind !== 'direct') return byHand.replace('ssh -v', 'ssh -o StrictHostKeyChecking=ask');
	const scan = quoteArgv(['ssh-keyscan', ...(port === 22 ? [] : ['-p', String(port)]), address]);
	return `${scan} >> ${quoteArgv([knownHostsFiles[0] ?? '~/.ssh/known_hosts'])}`;
}
