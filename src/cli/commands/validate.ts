import {Command} from 'commander';
import {InputError, type Problem} from '../../errors.ts';
import type {Vault} from '../../vault/vault.ts';
import {collect} from '../options/collect.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';

type ValidateOptions = InventoryChoice & {readonly extraVars?: readonly string[]; readonly strict?: true};

/** `vacate validate FILE…`: every mistake of playbooks, before anything is reached. */
export function validateCommand(): Command {
	const command = new Command('validate')
		.description('Check playbooks: every mistake with its place, and nothing is reached.')
		.argument('<file...>', 'playbooks');
	return withInventory(command, 'check them against these hosts too')
		.option('-e, --extra-vars <vars>', 'name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--strict', 'also tell what is no mistake and could be better')
		.action(async (files: readonly string[], options: ValidateOptions) => {
			const vault = await vaultOf(options);
			const problems: Problem[] = [];
			for (const file of files) {
				try {
					problems.push(...(await problemsOf(file, options, vault)));
				} catch (error) {
					if (!(error instanceof InputError)) throw error;
					problems.push(...error.problems);
				}
			}
			if (problems.length > 0) throw new InputError(problems);
			process.stdout.write(`${files.length === 1 ? 'the playbook is' : `${files.length} playbooks are`} valid\n`);
		});
}

/** @throws InputError for mistakes; advice it gives. */
async function problemsOf(
	file: string,
	{inventory, extraVars = [], strict}: ValidateOptions,
	vault: Vault,
): Promise<readonly Problem[]> {
	const {adviceOn, loadInputs, readPlaybookFile} = await import('../inputs.ts');
	const playbook =
		inventory === undefined
			? await readPlaybookFile(file, vault)
			: (await loadInputs(file, inventory, extraVars, vault)).playbook;
	return strict ? adviceOn(playbook) : [];
}
