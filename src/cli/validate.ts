import {Command} from 'commander';
import {InputError, type Problem} from '../errors.ts';
import {collect} from './collect.ts';

type ValidateOptions = {
	readonly inventory?: readonly string[];
	readonly extraVars?: readonly string[];
	readonly strict?: true;
};

/** `vacate validate FILE…`: every mistake of playbooks, before anything is reached. */
export function validateCommand(): Command {
	return new Command('validate')
		.description('Check playbooks: every mistake with its place, and nothing is reached.')
		.argument('<file...>', 'playbooks')
		.option('-i, --inventory <file>', 'check them against this inventory too (repeatable)', collect)
		.option('-e, --extra-vars <vars>', 'name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--strict', 'also tell what is no mistake and could be better')
		.action(async (files: readonly string[], options: ValidateOptions) => {
			const problems: Problem[] = [];
			for (const file of files) {
				try {
					problems.push(...(await problemsOf(file, options)));
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
): Promise<readonly Problem[]> {
	const {adviceOn, loadInputs, readPlaybookFile} = await import('./inputs.ts');
	const playbook =
		inventory === undefined ? await readPlaybookFile(file) : (await loadInputs(file, inventory, extraVars)).playbook;
	return strict ? adviceOn(playbook) : [];
}
