import {InputError, type Problem} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {loadInventory} from '../inventory/load.ts';
import {withLocalhost} from '../inventory/localhost.ts';
import {adviceFor} from '../plan/advice.ts';
import {checkPlaybook} from '../plan/check.ts';
import {inFileOrder} from '../playbook/collector.ts';
import {loadPlaybook} from '../playbook/load.ts';
import type {Playbook} from '../playbook/model.ts';
import {steps} from '../steps/index.ts';
import {isMapping} from '../template/value.ts';
import {parseYaml} from '../yaml/document.ts';
import {readTextNow} from '../yaml/read-text.ts';

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
): Promise<Inputs> {
	if (inventories.length === 0)
		throw new InputError([{message: 'no inventory is given', hint: 'name one: -i inventory.yml'}]);
	const given = readVars(vars);
	const [playbook, loaded] = await Promise.all([loadPlaybook(file, steps), loadInventory(inventories)]);
	const inventory = withLocalhost(loaded);
	const problems = checkPlaybook(playbook, inventory, given);
	if (problems.length > 0) throw new InputError(inFileOrder(problems));
	return {playbook, inventory, given};
}

/** `name=value`, several of them, a mapping in YAML or JSON, or `@FILE` with one. What comes later wins. */
function readVars(texts: readonly string[]): Readonly<Record<string, unknown>> {
	return Object.assign({}, ...texts.map(varsOf));
}

function varsOf(text: string): Readonly<Record<string, unknown>> {
	if (text.startsWith('@')) return mappingIn(text.slice(1), readTextNow(text.slice(1)));
	if (text.startsWith('{')) return mappingIn('-e', text);
	const pairs = (text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map(pairOf);
	const pair = pairOf(text);
	const several = pairs.length > 1 && pairs.every(one => one !== undefined);
	if (several) return Object.assign({}, ...pairs);
	if (pair !== undefined) return pair;
	throw new InputError([{message: `-e ${text} is no variable`, hint: 'write -e name=value'}]);
}

function pairOf(text: string): Readonly<Record<string, string>> | undefined {
	const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(text) ?? [];
	return name === undefined ? undefined : {[name]: /^(['"])(.*)\1$/s.exec(value)?.[2] ?? value};
}

/** @throws InputError for what is no mapping. */
function mappingIn(file: string, text: string): Readonly<Record<string, unknown>> {
	const document = parseYaml(file, text);
	if (isMapping(document.data)) return document.data;
	throw new InputError([document.problem('variables are a mapping', '')]);
}

/** What is no mistake and could be better, from the top of the file. */
export function adviceOn(playbook: Playbook): readonly Problem[] {
	return inFileOrder(adviceFor(playbook, new Set(steps.keys())));
}

/** Reads a playbook by itself. Throws InputError with all its mistakes. */
export function readPlaybookFile(file: string): Promise<Playbook> {
	return loadPlaybook(file, steps);
}
