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
 * Reads a variables file, in YAML or JSON, encrypted or not. Problems are recorded in the reading.
 *
 * @throws InputError for a file that cannot be read or decrypted.
 */
export async function readVarsFile(
	file: string,
	vault: Vault,
): Promise<{readonly vars: Variables; readonly reading: InventoryLoadContext}> {
	const reading = await readFile(file, vault);
	return {vars: variablesIn(reading, vault), reading};
}

/**
 * Reads a variables file synchronously, with an unlocked vault: for a file named by a playbook.
 *
 * @throws InputError with its problems.
 */
export function readVarsNow(file: string, vault: Vault): Variables {
	return varsOf(file, readTextNow(file), vault);
}

/** Parses the text of a variables file. */
export function varsOf(file: string, text: string, vault: Vault): Variables {
	const reading = openReading(file, text, vault);
	const vars = variablesIn(reading, vault);
	refuseProblems([reading]);
	return vars;
}

/**
 * Reads a variables file as data: none of its values is a template.
 *
 * @throws InputError with its problems.
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
	reading.problems.push(document.problem('a variables file must be a mapping', '', 'use name: value'));
	return {document, data: {}};
}
