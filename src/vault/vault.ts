import {decrypt} from './decrypt.ts';
import {readEnvelope, VaultError} from './envelope.ts';
import {type Ask, type Password, type PasswordSource, readPassword} from './passwords.ts';

/** The given passwords, and decryption with them. */
export interface Vault {
	/** Without passwords, encrypted values stay encrypted until one is used. */
	readonly hasPasswords: boolean;
	/**
	 * Reads the passwords or prompts for them, once. Must complete before anything is decrypted.
	 *
	 * @throws InputError for a password that cannot be obtained.
	 */
	unlock(): Promise<void>;
	/**
	 * Decrypts a value. The password with its label is tried first, then the others.
	 *
	 * @throws VaultError if none of them decrypts it.
	 */
	decrypt(text: string): string;
}

const giveOne = 'pass the password with --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass';

/** No prompt is shown and no file is read before it is unlocked. */
export function openVault(sources: readonly PasswordSource[], ask: Ask): Vault {
	let reading: Promise<readonly Password[]> | undefined;
	let passwords: readonly Password[] = [];
	return {
		hasPasswords: sources.length > 0,
		async unlock() {
			reading ??= readAll(sources, ask);
			passwords = await reading;
		},
		decrypt(text) {
			const envelope = readEnvelope(text);
			if (sources.length === 0) throw new VaultError('the value is encrypted and no vault password was given', giveOne);
			for (const {secret} of inOrder(passwords, envelope.label)) {
				const plain = decrypt(envelope, secret);
				if (plain !== undefined) return plain.toString('utf8');
			}
			const label = envelope.label === undefined ? '' : `; its vault ID is '${envelope.label}'`;
			throw new VaultError(`none of the vault passwords decrypts the value${label}`, giveOne);
		},
	};
}

/** Reads sequentially, because only one prompt can be open at a time. */
async function readAll(sources: readonly PasswordSource[], ask: Ask): Promise<readonly Password[]> {
	const passwords: Password[] = [];
	for (const source of sources) passwords.push(await readPassword(source, ask));
	return passwords;
}

function inOrder(passwords: readonly Password[], label: string | undefined): readonly Password[] {
	return passwords.toSorted((a, b) => Number(b.label === label) - Number(a.label === label));
}

/** The vault of a user who gave no password. */
export const closedVault: Vault = openVault([], () => {
	throw new VaultError('cannot prompt for a vault password');
});
