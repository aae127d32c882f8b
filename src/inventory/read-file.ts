import {InputError, type Problem} from '../errors.ts';
import {isEncrypted, VaultError} from '../vault/envelope.ts';
import type {Vault} from '../vault/vault.ts';
import {parseYaml, type YamlDocument} from '../yaml/document.ts';
import {readText} from '../yaml/read-text.ts';
import {YamlSource} from '../yaml/source.ts';
import {type InventoryLoadContext, sourcePosition} from './load-context.ts';
import {hasEncrypted, openTagged} from './open-tagged.ts';

/**
 * Reads a file of an inventory; one that is encrypted is opened, and the vault is unlocked for what is encrypted in it.
 *
 * @throws InputError
 */
export async function readFile(file: string, vault: Vault): Promise<InventoryLoadContext> {
	const text = await readText(file);
	if (isEncrypted(text) || hasEncrypted(text)) await vault.unlock();
	return openReading(file, text, vault);
}

/**
 * The same for a text that has been read, with a vault that is unlocked.
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
 * Its text as YAML, or as JSON, with its encrypted values opened. Mistakes are noted in the reading; with those of the
 * text itself there is no document.
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

/** @throws InputError with the mistakes that may be told, those of a file from its top to its end. */
export function refuseProblems(readings: readonly InventoryLoadContext[]): void {
	const problems = readings.flatMap(reading => sourcePosition(reading).toSorted(byPlace));
	if (problems.length > 0) throw new InputError(problems);
}

function byPlace({position: a}: Problem, {position: b}: Problem): number {
	return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** In JSON a number is a number: 0644 is a mistake there, and 1e3 a thousand. */
function isJson(text: string): boolean {
	if (!/^\s*[{[]/.test(text)) return false;
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
