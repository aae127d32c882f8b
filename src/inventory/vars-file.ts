import {isMapping} from '../template/value.ts';
import type {Vault} from '../vault/vault.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Variable, Variables} from './inventory.ts';
import {readDocument, readFile, refuseProblems} from './read-file.ts';
import type {Reading} from './reading.ts';
import {define, secret} from './variable.ts';

/**
 * Reads a file of variables, in YAML or JSON, encrypted or not. Its mistakes are noted in the reading.
 *
 * @throws InputError for a file that cannot be read or opened.
 */
export async function readVarsFile(
	file: string,
	vault: Vault,
): Promise<{readonly vars: Variables; readonly reading: Reading}> {
	const {reading, document, data} = await readMapping(file, vault);
	const vars: Record<string, Variable> = {};
	const at = (pointer: string, index?: number) => document?.at(pointer, index) ?? {file, line: 1, column: 1};
	for (const [name, value] of Object.entries(data)) define(vars, name, value, at, pointerPart(name), reading);
	return {vars, reading};
}

/**
 * The same as data: no value of it is a template.
 *
 * @throws InputError with its mistakes.
 */
export async function readVarsData(file: string, vault: Vault): Promise<Readonly<Record<string, unknown>>> {
	const {reading, data} = await readMapping(file, vault);
	refuseProblems([reading]);
	return reading.encrypted ? (secret(data) as Readonly<Record<string, unknown>>) : data;
}

type ReadMapping = {
	readonly reading: Reading;
	readonly document?: YamlDocument;
	readonly data: Readonly<Record<string, unknown>>;
};

async function readMapping(file: string, vault: Vault): Promise<ReadMapping> {
	const reading = await readFile(file, vault);
	const read = await readDocument(reading, vault);
	if (read === undefined || read.data === undefined || read.data === null) return {reading, data: {}};
	const {document, data} = read;
	if (isMapping(data)) return {reading, document, data};
	reading.problems.push(document.problem('a file of variables is a mapping', '', 'write name: value'));
	return {reading, document, data: {}};
}
