import {isMapping} from '../template/value.ts';
import type {Vault} from '../vault/vault.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {readTextNow} from '../yaml/read-text.ts';
import type {Variable, Variables} from './inventory.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {documentOf, openReading, readFile, refuseProblems} from './read-file.ts';
import {define, secret} from './variable.ts';

/**
 * Reads a file of variables, in YAML or JSON, encrypted or not. Its mistakes are noted in the reading.
 *
 * @throws InputError for a file that cannot be read or opened.
 */
export async function readVarsFile(
	file: string,
	vault: Vault,
): Promise<{readonly vars: Variables; readonly reading: InventoryLoadContext}> {
	const reading = await readFile(file, vault);
	return {vars: variablesIn(reading, vault), reading};
}

/**
 * The same at once, with a vault that is unlocked: for a file that a playbook names.
 *
 * @throws InputError with its mistakes.
 */
export function readVarsNow(file: string, vault: Vault): Variables {
	return varsOf(file, readTextNow(file), vault);
}

/** The same for a text that has been read. */
export function varsOf(file: string, text: string, vault: Vault): Variables {
	const reading = openReading(file, text, vault);
	const vars = variablesIn(reading, vault);
	refuseProblems([reading]);
	return vars;
}

/**
 * The same as data: no value of it is a template.
 *
 * @throws InputError with its mistakes.
 */
export async function readVarsData(file: string, vault: Vault): Promise<Readonly<Record<string, unknown>>> {
	const reading = await readFile(file, vault);
	const {data} = mappingIn(reading, vault);
	refuseProblems([reading]);
	return reading.encrypted ? (secret(data) as Readonly<Record<string, unknown>>) : data;
}

function variablesIn(reading: InventoryLoadContext, vault: Vault): Variables {
	const {document, data} = mappingIn(reading, vault);
	const vars: Record<string, Variable> = {};
	const at = (pointer: string, index?: number) => document?.at(pointer, index) ?? reading.source.positionAt(0);
	for (const [name, value] of Object.entries(data)) define(vars, name, value, at, pointerPart(name), reading);
	return vars;
}

type ReadMapping = {readonly document?: YamlDocument; readonly data: Readonly<Record<string, unknown>>};

function mappingIn(reading: InventoryLoadContext, vault: Vault): ReadMapping {
	const read = documentOf(reading, vault);
	if (read === undefined || read.data === undefined || read.data === null) return {data: {}};
	const {document, data} = read;
	if (isMapping(data)) return {document, data};
	reading.problems.push(document.problem('a file of variables is a mapping', '', 'write name: value'));
	return {document, data: {}};
}
