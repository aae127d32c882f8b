import type {Command} from 'commander';
import type {Vault} from '../../vault/vault.ts';
import {collect} from './parsers.ts';

/** The options of every command that reads an inventory. */
export type InventoryChoice = {
	readonly inventory?: readonly string[];
	readonly vaultPasswordFile?: readonly string[];
	readonly vaultId?: readonly string[];
	readonly askVaultPass?: true;
};

/** Adds the options for inventories and for the vault that decrypts their secrets. */
export function withInventory(command: Command, purpose: string): Command {
	return withVault(
		command.option(
			'-i, --inventory <source>',
			`${purpose}: a file, a folder, a script or host,host (repeatable)`,
			collect,
		),
	);
}

/** Adds the options for vault passwords. */
export function withVault(command: Command): Command {
	return command
		.option(
			'--vault-password-file <file>',
			'a file with the vault password, or a script that prints it (repeatable)',
			collect,
		)
		.option(
			'--vault-id <label@file>',
			'vault password file for secrets with this label; label@prompt asks for it (repeatable)',
			collect,
		)
		.option('-J, --ask-vault-pass', 'ask for the vault password');
}

/** Opens the vault. A password is asked for only when it is needed. */
export async function vaultOf({vaultPasswordFile = [], vaultId = [], askVaultPass}: InventoryChoice): Promise<Vault> {
	const [{openVault}, {passwordSource}, {askSecret}] = await Promise.all([
		import('../../vault/vault.ts'),
		import('../../vault/passwords.ts'),
		import('../terminal/prompt.ts'),
	]);
	const written = [...vaultId, ...vaultPasswordFile, ...(askVaultPass ? ['prompt'] : [])];
	return openVault(written.map(passwordSource), askSecret);
}
