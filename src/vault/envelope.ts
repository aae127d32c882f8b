/** The parts of a value encrypted with Ansible Vault. */
export type Envelope = {
	/** The vault ID of the password, if the encrypted text names one. */
	readonly label: string | undefined;
	readonly salt: Buffer;
	/** The HMAC of the ciphertext. */
	readonly hmac: Buffer;
	readonly cipherText: Buffer;
};

/** Why an encrypted value cannot be decrypted, and what to do. */
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

/** Whether the text is encrypted with Ansible Vault. */
export function isEncrypted(text: string): boolean {
	return text.startsWith(start);
}

/**
 * Parses `$ANSIBLE_VAULT;1.1;AES256` or `$ANSIBLE_VAULT;1.2;AES256;label`, and the following lines: the salt, HMAC and
 * ciphertext, each in hexadecimal, on three lines that are themselves encoded in hexadecimal.
 *
 * @throws VaultError
 */
export function readEnvelope(text: string): Envelope {
	const [head = '', ...body] = text.trim().split(/\s*\n\s*/);
	const [name = '', version = '', cipher = '', label] = head.split(';').map(part => part.trim());
	if (`${name};` !== start) throw new VaultError('not encrypted with Ansible Vault', `expected the header ${start}`);
	if (version !== '1.1' && version !== '1.2') {
		throw new VaultError(`unsupported Ansible Vault format version ${version}`, 'encrypt it again with ansible-vault');
	}
	if (cipher !== 'AES256') throw new VaultError(`unsupported cipher ${cipher}`, 'expected AES256');
	const [salt, hmac, cipherText, ...more] = bytesOf(body.join('')).toString('latin1').split('\n').map(bytesOf);
	if (salt === undefined || hmac === undefined || cipherText === undefined || more.length > 0) throw damaged();
	return {label: label === '' ? undefined : label, salt, hmac, cipherText};
}

function bytesOf(digits: string): Buffer {
	if (!/^(?:[\da-f]{2})+$/i.test(digits)) throw damaged();
	return Buffer.from(digits, 'hex');
}

function damaged(): VaultError {
	return new VaultError('the encrypted text is damaged', 'a line is missing or truncated');
}
