import {decrypt} from './decrypt.ts';
import {readEnvelope, VaultError} from './envelope.ts';
import {type Ask, type Password, type PasswordSource, readPassword} from './passwords.ts';

/** The passwords that were given, and what they open. */
export interface Vault {
	/** Without any, encrypted values stay closed until one is needed. */
	readonly hasPasswords: boolean;
	/**
	 * Has the passwords read, or asks for them; once. To be waited for before anything is decrypted.
	 *
	 * @throws InputError for a password that cannot be had.
	 */
	unlock(): Promise<void>;
	/**
	 * The plain text of an encrypted one. The password of its label is tried first, then the others.
	 *
	 * @throws VaultError when none of them opens it.
	 */
	decrypt(text: string): string;
}

const giveOne = 'name a password: --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass';

/** Nobody is asked and no file is read before it is unlocked. */
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
			if (sources.length === 0) throw new VaultError('this is encrypted, and no vault password is given', giveOne);
			for (const {secret} of inOrder(passwords, envelope.label)) {
				const plain = decrypt(envelope, secret);
				if (plain !== undefined) return plain.toString('utf8');
			}
			const label = envelope.label === undefined ? '' : `; it is encrypted for '${envelope.label}'`;
			throw new VaultError(`none of the vault passwords opens this${label}`, giveOne);
		},
	};
}

/** One after the other: two questions at once could not be answered. */
async function readAll(sources: readonly PasswordSource[], ask: Ask): Promise<readonly Password[]> {
	const passwords: Password[] = [];
	for (const source of sources) passwords.push(await readPassword(source, ask));
	return passwords;
}

function inOrder(passwords: readonly Password[], label: string | undefined): readonly Password[] {
	return passwords.toSorted((a, b) => Number(b.label === label) - Number(a.label === label));
}

/** The vault of who gave no password. */
export const closedVault: Vault = openVault([], () => {
	throw new VaultError('nobody can be asked');
});
