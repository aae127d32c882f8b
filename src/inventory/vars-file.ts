import {isMapping} from '../template/value.ts';
import type {Vault} from '../vault/vault.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Variable, Variables} from './inventory.ts';
import {readDocument, readFile} from './read-file.ts';
import type {Reading} from './reading.ts';
import {define} from './variable.ts';

/**
 * Reads a file of variables, in YAML or JSON, encrypted or not. Its mistakes are noted in the reading.
 *
 * @throws InputError for a file that cannot be read or opened.
 */
export async function readVarsFile(
	file: string,
	vault: Vault,
): Promise<{readonly vars: Variables; readonly reading: Reading}> {
	const reading = await readFile(file, vault);
	const vars: Record<string, Variable> = {};
	const read = await readDocument(reading, vault);
	if (read === undefined || read.data === undefined || read.data === null) return {vars, reading};
	const {document, data} = read;
	if (!isMapping(data)) {
		reading.problems.push(document.problem('a file of variables is a mapping', '', 'write name: value'));
		return {vars, reading};
	}
	const at = (pointer: string, index?: number) => document.at(pointer, index);
	for (const [name, value] of Object.entries(data)) define(vars, name, value, at, pointerPart(name), reading);
	return {vars, reading};
}
