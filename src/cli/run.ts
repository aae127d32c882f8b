import {Command, InvalidArgumentError} from 'commander';
import type {EndpointDefaults} from '../ssh/endpoint.ts';
import {collect} from './collect.ts';

type RunOptions = {
	readonly inventory?: readonly string[];
	readonly extraVars?: readonly string[];
	readonly forks: number;
	readonly json?: true;
	readonly acceptNewHostKeys?: true;
	readonly askPass?: true;
	readonly askBecomePass?: true;
};

/** `vacate run PLAYBOOK`: does what a playbook says. */
export function runCommand(): Command {
	return new Command('run')
		.description('Run a playbook.')
		.argument('<playbook>')
		.option('-i, --inventory <file>', 'the hosts (repeatable)', collect)
		.option('-e, --extra-vars <vars>', 'name=value, or a mapping (repeatable)', collect)
		.option('-f, --forks <number>', 'hosts that work at a task at once', positive, 20)
		.option('--accept-new-host-keys', 'believe a host of which no key is known, and write its key down')
		.option('-k, --ask-pass', 'ask for the password to log in with')
		.option('-K, --ask-become-pass', 'ask for the password of sudo')
		.option('--json', 'events as JSON Lines on standard output')
		.action(async (file: string, options: RunOptions) => {
			const {loadInputs} = await import('./inputs.ts');
			const inputs = await loadInputs(file, options.inventory ?? [], options.extraVars ?? []);
			const {carryOut} = await import('./wire.ts');
			process.exitCode = await carryOut(inputs, {
				forks: options.forks,
				json: options.json === true,
				access: await readAccess(options),
			});
		});
}

/** What the command line says about logging in, for every host whose variables do not. */
async function readAccess(options: RunOptions): Promise<EndpointDefaults> {
	const {askSecret} = await import('./ask.ts');
	const password = options.askPass && (await askSecret('Password to log in: '));
	const becomePassword = options.askBecomePass && (await askSecret('Password of sudo: '));
	return {
		acceptNewHostKeys: options.acceptNewHostKeys === true,
		...(password === undefined ? {} : {password}),
		...(becomePassword === undefined ? {} : {becomePassword}),
	};
}

function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1');
	return number;
}
