import {access, readFile, stat} from 'node:fs/promises';
import ssh2, {type ParsedKey} from 'ssh2';
import {quote} from '../shell/quote.ts';
import type {Secret} from '../shell/secret.ts';

/** Prompts the user for a secret. Rejects if there is no terminal. */
export type AskSecret = (prompt: string) => Promise<Secret>;

/** The content of a private key file. */
export type KeyFile =
	| {readonly kind: 'plain'; readonly file: string; readonly key: ParsedKey}
	/** Encrypted; with the public key, if there is a .pub file. */
	| {readonly kind: 'locked'; readonly file: string; readonly publicKey?: ParsedKey}
	/** Only OpenSSH's client can use it. */
	| {readonly kind: 'foreign'; readonly file: string; readonly reason: string}
	/** Not used; ssh would not use it either. */
	| {readonly kind: 'refused'; readonly file: string; readonly reason: string};

/** The number of prompts for a passphrase. */
const tries = 3;

/** The private keys on this machine. Each is read once, and its passphrase is requested once. */
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

	/** Decrypts a key. Undefined if no correct passphrase is given. */
	unlock(file: string): Promise<ParsedKey | undefined> {
		const known = this.#unlocked.get(file) ?? this.#askFor(file);
		this.#unlocked.set(file, known);
		return known;
	}

	async #askFor(file: string): Promise<ParsedKey | undefined> {
		if (this.#ask === undefined) return undefined;
		const text = await readFile(file);
		for (let attempt = 1; attempt <= tries; attempt++) {
			const again = attempt === 1 ? '' : 'Wrong passphrase. ';
			const passphrase = await this.#ask(`${again}Passphrase for ${file}: `).catch(() => undefined);
			if (passphrase === undefined) return undefined;
			const key = ssh2.utils.parseKey(text, passphrase.reveal());
			if (!(key instanceof Error)) return key;
		}
		return undefined;
	}
}

async function readKey(file: string): Promise<KeyFile> {
	const text = await readFile(file).catch(() => undefined);
	if (text === undefined) return {kind: 'refused', file, reason: 'not readable'};
	const {mode, uid} = await stat(file);
	if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
		return {kind: 'refused', file, reason: `accessible by others; run: chmod 600 ${quote(file)}`};
	}
	if (await exists(`${file}-cert.pub`)) return {kind: 'foreign', file, reason: `${file} has a certificate`};
	const key = ssh2.utils.parseKey(text);
	if (!(key instanceof Error)) return {kind: 'plain', file, key};
	const publicText = await readFile(`${file}.pub`, 'utf8').catch(() => '');
	if (/^sk-/.test(publicText) || /openssh.*sk-(ssh|ecdsa)/s.test(decoded(text.toString('latin1')))) {
		return {kind: 'foreign', file, reason: `${file} is a security key`};
	}
	if (!/encrypted/i.test(key.message)) return {kind: 'foreign', file, reason: `${file}: ${key.message}`};
	const publicKey = ssh2.utils.parseKey(publicText);
	return {kind: 'locked', file, ...(publicKey instanceof Error ? {} : {publicKey})};
}

/** The bytes of a PEM file; in OpenSSH's format they contain the key type even if the key is encrypted. */
function decoded(pem: string): string {
	return Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64').toString('latin1');
}

function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
