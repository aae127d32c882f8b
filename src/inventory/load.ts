import {parseYaml} from '../yaml/document.ts';
import {readText} from '../yaml/read-text.ts';
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
