/** What Ansible Vault has encrypted, taken apart. */
export type Envelope = {
	/** The name of the password, where the encrypted text says one. */
	readonly label: string | undefined;
	readonly salt: Buffer;
	/** Of the cipher text. */
	readonly hmac: Buffer;
	readonly cipherText: Buffer;
};

/** Why an encrypted text cannot be opened, and what to do. */
export class VaultError extends Error {
	override name = 'VaultError';
	constructor(
		message: string,
		readonly hint?: string,
	) {
		super(message);
	}
}

const start = '$ANSIBLE_VAULT;';

/** Has Ansible Vault encrypted this text? */
export function isEncrypted(text: string): boolean {
	return text.startsWith(start);
}

/**
 * Reads `$ANSIBLE_VAULT;1.1;AES256` or `$ANSIBLE_VAULT;1.2;AES256;label`, and the lines below: hexadecimal digits of three
 * lines that are themselves the hexadecimal digits of the salt, the HMAC and the cipher text.
 *
 * @throws VaultError
 */
export function readEnvelope(text: string): Envelope {
	const [head = '', ...body] = text.trim().split(/\s*\n\s*/);
	const [name = '', version = '', cipher = '', label] = head.split(';').map(part => part.trim());
	if (`${name};` !== start) throw new VaultError('this is not encrypted by Ansible Vault', `it begins with ${start}`);
	if (version !== '1.1' && version !== '1.2') {
		throw new VaultError(`version ${version} of Ansible Vault is not known`, 'encrypt it anew with ansible-vault');
	}
	if (cipher !== 'AES256') throw new VaultError(`the cipher ${cipher} is not known`, 'Ansible Vault writes AES256');
	const [salt, hmac, cipherText, ...more] = bytesOf(body.join('')).toString('latin1').split('\n').map(bytesOf);
	if (salt === undefined || hmac === undefined || cipherText === undefined || more.length > 0) throw damaged();
	return {label: label === '' ? undefined : label, salt, hmac, cipherText};
}

function bytesOf(digits: string): Buffer {
	if (!/^(?:[\da-f]{2})+$/i.test(digits)) throw damaged();
	return Buffer.from(digits, 'hex');
}

function damaged(): VaultError {
	return new VaultError('the encrypted text is damaged', 'a line is missing, or is there in part');
}
