import {dirname} from 'node:path';
import {InputError} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {loadInventory} from '../inventory/load.ts';
import {checkPlaybook} from '../plan/check.ts';
import {inFileOrder} from '../playbook/collector.ts';
import {loadPlaybook} from '../playbook/load.ts';
import type {Playbook} from '../playbook/model.ts';
import {steps} from '../steps/index.ts';
import type {Vault} from '../vault/vault.ts';
import {parseYaml} from '../yaml/document.ts';

export type Inputs = {
	readonly playbook: Playbook;
	readonly inventory: Inventory;
	readonly given: Readonly<Record<string, unknown>>;
};

/**
 * Reads and checks everything that a run is given.
 *
 * @throws InputError with all mistakes; then no host has been reached.
 */
export async function loadInputs(
	file: string,
	inventories: readonly string[],
	vars: readonly string[],
	vault: Vault,
): Promise<Inputs> {
	if (inventories.length === 0)
		throw new InputError([{message: 'no inventory is given', hint: 'name one: -i inventory.yml'}]);
	const given = readVars(vars);
	const [playbook, inventory] = await Promise.all([
		loadPlaybook(file, steps),
		loadInventory(inventories, {vault, playbookFolders: [dirname(file)]}),
	]);
	const problems = checkPlaybook(playbook, inventory, given);
	if (problems.length > 0) throw new InputError(inFileOrder(problems));
	return {playbook, inventory, given};
}

/** `name=value`, or a mapping in YAML or JSON: `{"a": 1}`. */
function readVars(vars: readonly string[]): Readonly<Record<string, unknown>> {
	const pairs = vars.map((text): Readonly<Record<string, unknown>> => {
		if (text.startsWith('{')) return parseYaml('-e', text).data as Readonly<Record<string, unknown>>;
		const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(text) ?? [];
		if (name === undefined) throw new InputError([{message: `-e ${text} is no variable`, hint: 'write -e name=value'}]);
		return {[name]: value};
	});
	return Object.assign({}, ...pairs);
}

/** Reads a playbook by itself. Throws InputError with all its mistakes. */
export function readPlaybookFile(file: string): Promise<Playbook> {
	return loadPlaybook(file, steps);
}
