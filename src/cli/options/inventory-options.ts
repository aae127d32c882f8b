import type {Command} from 'commander';
import type {Vault} from '../../vault/vault.ts';
import {collect} from './collect.ts';

/** What every command takes that reads an inventory. */
export type InventoryChoice = {
	readonly inventory?: readonly string[];
	readonly vaultPasswordFile?: readonly string[];
	readonly vaultId?: readonly string[];
	readonly askVaultPass?: true;
};

/** Adds the options that say which inventories are read, and what opens their secrets. */
export function withInventory(command: Command, purpose: string): Command {
	return withVault(
		command.option(
			'-i, --inventory <source>',
			`${purpose}: a file, a folder, a script or host,host (repeatable)`,
			collect,
		),
	);
}

/** Adds the options that say what opens secrets. */
export function withVault(command: Command): Command {
	return command
		.option('--vault-password-file <file>', 'holds the vault password, or prints it when run (repeatable)', collect)
		.option('--vault-id <label@file>', 'the same for secrets of a label; @prompt asks (repeatable)', collect)
		.option('-J, --ask-vault-pass', 'ask for the vault password');
}

/** The vault of the passwords that are named. Nothing is asked before it is needed. */
export async function vaultOf({vaultPasswordFile = [], vaultId = [], askVaultPass}: InventoryChoice): Promise<Vault> {
	const [{openVault}, {passwordSource}, {askSecret}] = await Promise.all([
		import('../../vault/vault.ts'),
		import('../../vault/passwords.ts'),
		import('../terminal/ask.ts'),
	]);
	const written = [...vaultId, ...vaultPasswordFile, ...(askVaultPass ? ['prompt'] : [])];
	return openVault(written.map(passwordSource), askSecret);
}
