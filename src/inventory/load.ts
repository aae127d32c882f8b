import {readFile} from 'node:fs/promises';
import {InputError} from '../errors.ts';
import {parseYaml} from '../yaml/document.ts';
import type {Inventory} from './inventory.ts';
import {merge} from './merge.ts';
import {readYamlInventory} from './yaml-source.ts';

/**
 * Reads inventories. What a later one says wins.
 *
 * @throws InputError with all mistakes of a file.
 */
export async function loadInventory(files: readonly string[]): Promise<Inventory> {
	const sources = await Promise.all(files.map(async file => readYamlInventory(parseYaml(file, await readText(file)))));
	return merge(sources);
}

/** @throws InputError for a file that cannot be read. */
export async function readText(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		const reasons: Readonly<Record<string, string>> = {ENOENT: 'no such file', EISDIR: 'this is a directory', EACCES: 'not allowed'};
		throw new InputError([{message: `${file}: ${reasons[code ?? ''] ?? message}`}]);
	}
}
