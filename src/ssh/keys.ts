import {access, readFile, stat} from 'node:fs/promises';
import ssh2, {type ParsedKey} from 'ssh2';
import {quote} from '../shell/quote.ts';
import type {Secret} from '../shell/secret.ts';

/** Asks the person for something secret. Rejects where there is nobody to ask. */
export type AskSecret = (prompt: string) => Promise<Secret>;

/** What a private key's file holds. */
export type KeyFile =
	| {readonly kind: 'plain'; readonly file: string; readonly key: ParsedKey}
	/** Encrypted; the public half, where it lies beside it. */
	| {readonly kind: 'locked'; readonly file: string; readonly publicKey?: ParsedKey}
	/** Of a kind that only OpenSSH's own client can use. */
	| {readonly kind: 'foreign'; readonly file: string; readonly reason: string}
	/** Not used, as ssh would not use it. */
	| {readonly kind: 'refused'; readonly file: string; readonly reason: string};

/** Passphrases are asked for so often. */
const tries = 3;

/** The private keys of this machine: each is read once, and its passphrase asked for once. */
export class Keys {
	readonly #ask: AskSecret | undefined;
	readonly #read = new Map<string, Promise<KeyFile>>();
	readonly #unlocked = new Map<string, Promise<ParsedKey | undefined>>();

	constructor(ask?: AskSecret) {
		this.#ask = ask;
	}

	read(file: string): Promise<KeyFile> {
		const known = this.#read.get(file) ?? readKey(file);
		this.#read.set(file, known);
		return known;
	}

	/** An encrypted key, opened. Undefined when nobody gives its passphrase. */
	unlock(file: string): Promise<ParsedKey | undefined> {
		const known = this.#unlocked.get(file) ?? this.#askFor(file);
		this.#unlocked.set(file, known);
		return known;
	}

	async #askFor(file: string): Promise<ParsedKey | undefined> {
		if (this.#ask === undefined) return undefined;
		const text = await readFile(file);
		for (let attempt = 1; attempt <= tries; attempt++) {
			const again = attempt === 1 ? '' : 'That was not it. ';
			const passphrase = await this.#ask(`${again}Passphrase of ${file}: `).catch(() => undefined);
			if (passphrase === undefined) return undefined;
			const key = ssh2.utils.parseKey(text, passphrase.reveal());
			if (!(key instanceof Error)) return key;
		}
		return undefined;
	}
}

async function readKey(file: string): Promise<KeyFile> {
	const text = await readFile(file).catch(() => undefined);
	if (text === undefined) return {kind: 'refused', file, reason: 'it cannot be read'};
	const {mode, uid} = await stat(file);
	if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
		return {kind: 'refused', file, reason: `others may read it: chmod 600 ${quote(file)}`};
	}
	if (await exists(`${file}-cert.pub`)) return {kind: 'foreign', file, reason: `${file} has a certificate`};
	const key = ssh2.utils.parseKey(text);
	if (!(key instanceof Error)) return {kind: 'plain', file, key};
	const publicText = await readFile(`${file}.pub`, 'utf8').catch(() => '');
	if (/^sk-/.test(publicText) || /openssh.*sk-(ssh|ecdsa)/s.test(decoded(text.toString('latin1')))) {
		return {kind: 'foreign', file, reason: `${file} is a key of a security token`};
	}
	if (!/encrypted/i.test(key.message)) return {kind: 'foreign', file, reason: `${file}: ${key.message}`};
	const publicKey = ssh2.utils.parseKey(publicText);
	return {kind: 'locked', file, ...(publicKey instanceof Error ? {} : {publicKey})};
}

/** The bytes of a PEM file, in which OpenSSH's format names the kind of the key, also of an encrypted one. */
function decoded(pem: string): string {
	return Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64').toString('latin1');
}

function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
