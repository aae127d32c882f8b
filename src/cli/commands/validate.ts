import {Command} from 'commander';
import {InputError, type Problem} from '../../errors.ts';
import type {Vault} from '../../vault/vault.ts';
import {commandGroups} from '../command-groups.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';

type ValidateOptions = InventoryChoice & {readonly extraVars?: readonly string[]; readonly strict?: true};

/** `vacate validate FILE…`: reports every error of playbooks without contacting a host. */
export function validateCommand(): Command {
	const command = new Command('validate')
		.helpGroup(commandGroups.projects)
		.description('Validate playbooks offline; report every error with file, line and column.')
		.argument('<file...>', 'playbooks');
	return withInventory(command, 'also validate against this inventory')
		.option('-e, --extra-vars <vars>', 'set variables: name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--strict', 'also report what is valid but could be improved')
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
			if (problems.length > 0) throw new InputError(once(problems));
			process.stdout.write(`${files.length === 1 ? 'the playbook is' : `${files.length} playbooks are`} valid\n`);
		});
}

/** Gives the advice. @throws InputError for errors. */
async function problemsOf(
	file: string,
	{inventory, extraVars = [], strict}: ValidateOptions,
	vault: Vault,
): Promise<readonly Problem[]> {
	const {adviceOn, loadInputs, readPlaybookFile} = await import('../inputs.ts');
	if (inventory === undefined) {
		const {factProblems} = await import('../../plan/fact-names.ts');
		const playbook = await readPlaybookFile(file, vault);
		return [...factProblems(playbook), ...(strict ? adviceOn(playbook) : [])];
	}
	const {endpointProblems} = await import('../endpoints.ts');
	const inputs = await loadInputs(file, inventory, extraVars, vault);
	return [...endpointProblems(inputs), ...(strict ? adviceOn(inputs.playbook) : [])];
}

/** The problems without repetitions: files may import the same file, or one another. */
function once(problems: readonly Problem[]): readonly Problem[] {
	const keyOf = ({message, position}: Problem) => JSON.stringify([message, position]);
	return [...new Map(problems.map(problem => [keyOf(problem), problem])).values()];
}
