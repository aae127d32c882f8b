import {dirname, join} from 'node:path';
import {InputError, type Problem} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {loadInventory} from '../inventory/load.ts';
import {adviceFor} from '../plan/advice.ts';
import {checkPlaybook} from '../plan/check.ts';
import {connectionProblems} from '../plan/connection-vars.ts';
import {loginsOf} from '../plan/logins.ts';
import {inFileOrder} from '../playbook/collector.ts';
import {loadPlaybook} from '../playbook/load.ts';
import type {Playbook} from '../playbook/model.ts';
import {steps} from '../steps/index.ts';
import type {Vault} from '../vault/vault.ts';
import {lookupSourcesOf} from './lookup-sources.ts';
import {readGivenVars} from './options/given-vars.ts';

export type Inputs = {
	readonly playbook: Playbook;
	readonly inventory: Inventory;
	readonly given: Readonly<Record<string, unknown>>;
};

/**
 * Reads and validates the inputs of a run.
 *
 * @throws InputError with all errors. No host is contacted.
 */
export async function loadInputs(
	file: string,
	inventories: readonly string[],
	vars: readonly string[],
	vault: Vault,
): Promise<Inputs> {
	if (inventories.length === 0)
		throw new InputError([{message: 'no inventory given', hint: 'give one: -i inventory.yml'}]);
	const load = async (playbook: string, folder: string) => ({
		...(await loadInventory(inventories, {vault, playbookFolders: [folder]})),
		outside: lookupSourcesOf(playbook, vault),
	});
	const [given, playbook, own] = await Promise.all([
		readGivenVars(vars, vault),
		loadPlaybook(file, steps, vault),
		load(file, dirname(file)),
	]);
	const others = [...new Set(playbook.plays.map(({folder}) => folder))].filter(folder => folder !== dirname(file));
	const beside = await Promise.all(
		others.map(async folder => [folder, await load(join(folder, 'playbook.yml'), folder)] as const),
	);
	const inventory: Inventory = {...own, adjacentVars: new Map(beside)};
	const problems = checkPlaybook(playbook, inventory, given);
	if (problems.length > 0) throw new InputError(inFileOrder(problems));
	loginsOf(playbook, inventory, given);
	const fixed = connectionProblems(playbook);
	if (fixed.length > 0) throw new InputError(fixed);
	return {playbook, inventory, given};
}

/** Advice on what is valid but could be improved, in file order. */
export function adviceOn(playbook: Playbook): readonly Problem[] {
	return inFileOrder(adviceFor(playbook, new Set(steps.keys())));
}

/** Reads a playbook without an inventory. @throws InputError with all its errors. */
export function readPlaybookFile(file: string, vault: Vault): Promise<Playbook> {
	return loadPlaybook(file, steps, vault);
}
