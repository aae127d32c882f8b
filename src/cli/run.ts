import {Command, InvalidArgumentError} from 'commander';
import {collect} from './collect.ts';
import {type InventoryChoice, vaultOf, withInventory} from './inventory-options.ts';

type RunOptions = InventoryChoice & {
	readonly extraVars?: readonly string[];
	readonly forks: number;
	readonly json?: true;
};

/** `vacate run PLAYBOOK`: does what a playbook says. */
export function runCommand(): Command {
	return withInventory(new Command('run').description('Run a playbook.').argument('<playbook>'), 'the hosts')
		.option('-e, --extra-vars <vars>', 'name=value, or a mapping (repeatable)', collect)
		.option('-f, --forks <number>', 'hosts that work at a task at once', positive, 20)
		.option('--json', 'events as JSON Lines on standard output')
		.action(async (file: string, options: RunOptions) => {
			const {loadInputs} = await import('./inputs.ts');
			const inputs = await loadInputs(file, options.inventory ?? [], options.extraVars ?? [], await vaultOf(options));
			const {carryOut} = await import('./wire.ts');
			process.exitCode = await carryOut(inputs, {forks: options.forks, json: options.json === true});
		});
}

function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1');
	return number;
}
