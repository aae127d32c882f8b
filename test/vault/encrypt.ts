import {createCipheriv, createHmac, pbkdf2Sync, randomBytes} from 'node:crypto';

/** Encrypts a text like `ansible-vault encrypt`. */
export function encrypted(text: string, password: string): string {
	const salt = randomBytes(32);
	const derived = pbkdf2Sync(password, salt, 10_000, 80, 'sha256');
	const cipher = createCipheriv('aes-256-ctr', derived.subarray(0, 32), derived.subarray(64));
	const plain = Buffer.from(text);
	const padding = 16 - (plain.length % 16);
	const sealed = cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)]));
	const digest = createHmac('sha256', derived.subarray(32, 64)).update(sealed).digest('hex');
	const inner = [salt.toString('hex'), digest, sealed.toString('hex')].join('\n');
	return [
		'$ANSIBLE_VAULT;1.1;AES256',
		...(Buffer.from(inner)
			.toString('hex')
			.match(/.{1,80}/g) ?? []),
		'',
	].join('\n');
}
