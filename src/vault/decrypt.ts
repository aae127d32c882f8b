import {createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual} from 'node:crypto';
import type {Secret} from '../shell/secret.ts';
import type {Envelope} from './envelope.ts';

/** The parameters of Ansible Vault: a 32-byte key, a 32-byte HMAC key and a 16-byte initial counter. */
const [iterations, keyBytes, counterBytes, digest] = [10_000, 32, 16, 'sha256'] as const;

/** Returns the plaintext, or undefined if the password is wrong. Takes some ten milliseconds. */
export function decrypt({salt, hmac, cipherText}: Envelope, password: Secret): Buffer | undefined {
	const derived = pbkdf2Sync(password.reveal(), salt, iterations, 2 * keyBytes + counterBytes, digest);
	const proof = createHmac(digest, derived.subarray(keyBytes, 2 * keyBytes))
		.update(cipherText)
		.digest();
	if (proof.length !== hmac.length || !timingSafeEqual(proof, hmac)) return undefined;
	const decipher = createDecipheriv('aes-256-ctr', derived.subarray(0, keyBytes), derived.subarray(2 * keyBytes));
	const padded = Buffer.concat([decipher.update(cipherText), decipher.final()]);
	return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}
