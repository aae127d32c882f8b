import {decrypt} from './decrypt.ts';
import {readEnvelope, VaultError} from './envelope.ts';
import {type Ask, type Password, type PasswordSource, readPassword} from './passwords.ts';

/** The passwords that were given, and what they open. */
export interface Vault {
	/** Without any, encrypted values stay closed until one is needed. */
	readonly hasPasswords: boolean;
	/**
	 * The plain text of an encrypted one. The password of its label is tried first, then the others.
	 *
	 * @throws VaultError when none of them opens it.
	 */
	decrypt(text: string): Promise<string>;
}

const giveOne = 'name a password: --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass';

/** Nobody is asked and no file is read before something encrypted is met. */
export function openVault(sources: readonly PasswordSource[], ask: Ask): Vault {
	let passwords: Promise<readonly Password[]> | undefined;
	return {
		hasPasswords: sources.length > 0,
		async decrypt(text) {
			const envelope = readEnvelope(text);
			if (sources.length === 0) throw new VaultError('this is encrypted, and no vault password is given', giveOne);
			passwords ??= readAll(sources, ask);
			for (const {secret} of inOrder(await passwords, envelope.label)) {
				const plain = await decrypt(envelope, secret);
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
