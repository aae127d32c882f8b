import {InputError, type Problem} from '../errors.ts';
import {isEncrypted, VaultError} from '../vault/envelope.ts';
import type {Vault} from '../vault/vault.ts';
import {parseYaml, type YamlDocument} from '../yaml/document.ts';
import {readText} from '../yaml/read-text.ts';
import {YamlSource} from '../yaml/source.ts';
import {type InventoryLoadContext, sourcePosition} from './load-context.ts';
import {hasEncrypted, openTagged} from './open-tagged.ts';

/**
 * Reads a file of an inventory. An encrypted file is decrypted; the vault is unlocked if the file contains encrypted
 * values.
 *
 * @throws InputError
 */
export async function readFile(file: string, vault: Vault): Promise<InventoryLoadContext> {
	const text = await readText(file);
	if (isEncrypted(text) || hasEncrypted(text)) await vault.unlock();
	return openReading(file, text, vault);
}

/**
 * Prepares the text of a file for reading, with an unlocked vault.
 *
 * @throws InputError
 */
export function openReading(file: string, text: string, vault: Vault): InventoryLoadContext {
	if (!isEncrypted(text)) return {source: new YamlSource(file, text), encrypted: false, problems: []};
	try {
		return {source: new YamlSource(file, vault.decrypt(text)), encrypted: true, problems: []};
	} catch (error) {
		if (!(error instanceof VaultError)) throw error;
		const {message, hint} = error;
		throw new InputError([{message, position: {file, line: 1, column: 1}, ...(hint === undefined ? {} : {hint})}]);
	}
}

export type ReadDocument = {readonly document: YamlDocument; readonly data: unknown};

/**
 * Parses the text as YAML or JSON and decrypts its values. Problems are recorded in the reading; after a syntax error
 * there is no document.
 */
export function documentOf({source, problems}: InventoryLoadContext, vault: Vault): ReadDocument | undefined {
	try {
		const document = parseYaml(source.file, source.text, isJson(source.text) ? 'strict' : 'ansible');
		return {document, data: openTagged(document, vault, problems)};
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		problems.push(...error.problems);
		return undefined;
	}
}

/** @throws InputError with the problems that may be shown, those of a file in order of position. */
export function refuseProblems(readings: readonly InventoryLoadContext[]): void {
	const problems = readings.flatMap(reading => sourcePosition(reading).toSorted(byPlace));
	if (problems.length > 0) throw new InputError(problems);
}

function byPlace({position: a}: Problem, {position: b}: Problem): number {
	return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** In JSON a number follows JSON's rules: 0644 is an error there, and 1e3 is a thousand. */
function isJson(text: string): boolean {
	if (!/^\s*[{[]/.test(text)) return false;
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
