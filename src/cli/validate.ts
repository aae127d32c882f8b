import {Command} from 'commander';
import {InputError, type Problem} from '../errors.ts';
import {collect} from './collect.ts';
import {type InventoryChoice, vaultOf, withInventory} from './inventory-options.ts';

/** `vacate validate FILE…`: every mistake of playbooks, before anything is reached. */
export function validateCommand(): Command {
	return withInventory(
		new Command('validate')
			.description('Check playbooks: every mistake with its place, and nothing is reached.')
			.argument('<file...>', 'playbooks'),
		'check them against these hosts too',
	)
		.option('-e, --extra-vars <vars>', 'name=value, or a mapping (repeatable)', collect)
		.action(async (files: readonly string[], options: InventoryChoice & {readonly extraVars?: readonly string[]}) => {
			const {loadInputs, readPlaybookFile} = await import('./inputs.ts');
			const vault = await vaultOf(options);
			const problems: Problem[] = [];
			for (const file of files) {
				try {
					if (options.inventory === undefined) await readPlaybookFile(file);
					else await loadInputs(file, options.inventory, options.extraVars ?? [], vault);
				} catch (error) {
					if (!(error instanceof InputError)) throw error;
					problems.push(...error.problems);
				}
			}
			if (problems.length > 0) throw new InputError(problems);
			process.stdout.write(`${files.length === 1 ? 'the playbook is' : `${files.length} playbooks are`} valid\n`);
		});
}
