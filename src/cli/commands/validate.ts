import {relative} from 'node:path';
import {Command, Option} from 'commander';
import {InputError, type Problem} from '../../errors.ts';
import type {Vault} from '../../vault/vault.ts';
import {type ValidationFormat, validationFormats} from '../../views/validation/formats.ts';
import {commandGroups} from '../command-groups.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';

type ValidateOptions = InventoryChoice & {
	readonly extraVars?: readonly string[];
	readonly strict?: true;
	readonly format: 'text' | ValidationFormat;
};

/** A playbook and its errors. */
type Checked = {readonly file: string; readonly problems: readonly Problem[]};

/** `vacate validate FILE…`: reports every error of playbooks without contacting a host. */
export function validateCommand(): Command {
	const command = new Command('validate')
		.helpGroup(commandGroups.projects)
		.description('Validate playbooks offline; report every error with file, line and column.')
		.argument('<file...>', 'playbooks');
	return withInventory(command, 'also validate against this inventory')
		.option('-e, --extra-vars <vars>', 'set variables: name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--strict', 'also report what is valid but could be improved')
		.addOption(
			new Option('--format <format>', 'what to write to standard output, for people or for a CI system')
				.choices(['text', ...validationFormats])
				.default('text'),
		)
		.action(async (files: readonly string[], options: ValidateOptions) => {
			const vault = await vaultOf(options);
			const checked: Checked[] = [];
			for (const file of files) checked.push({file, problems: await errorsOf(file, options, vault)});
			const problems = once(checked.flatMap(one => one.problems));
			if (options.format !== 'text') process.stdout.write(await reportOf(checked, options.format));
			if (problems.length > 0) throw new InputError(problems);
			if (options.format !== 'text') return;
			process.stdout.write(`${files.length === 1 ? 'the playbook is' : `${files.length} playbooks are`} valid\n`);
		});
}

async function reportOf(checked: readonly Checked[], format: ValidationFormat): Promise<string> {
	const {fileProblem, validationText} = await import('../../views/validation/formats.ts');
	const pathOf = (file: string) => relative('', file);
	const playbooks = checked.map(({file, problems}) => ({
		file: pathOf(file),
		problems: problems.map(problem => fileProblem(problem, file, pathOf)),
	}));
	const tool = {name: 'vacate', version: process.env.VACATE_VERSION ?? 'development'};
	return validationText({tool, playbooks}, format);
}

async function errorsOf(file: string, options: ValidateOptions, vault: Vault): Promise<readonly Problem[]> {
	try {
		return await problemsOf(file, options, vault);
	} catch (error) {
		if (error instanceof InputError) return error.problems;
		throw error;
	}
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
