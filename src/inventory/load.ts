import {dirname, relative} from 'node:path';
import {closedVault, type Vault} from '../vault/vault.ts';
import {YamlSource} from '../yaml/source.ts';
import {readAdjacentVars} from './adjacent-vars.ts';
import {allOf} from './all-sources.ts';
import {InventoryDraft} from './draft.ts';
import {finalizeInventory} from './finalize.ts';
import {type FoundSource, findSource} from './find-sources.ts';
import {readHostList} from './host-list.ts';
import type {Inventory} from './inventory.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {refuseProblems} from './read-file.ts';
import {readSourceFile, type SourceFile} from './source-file.ts';

export type InventoryOptions = {
	/** Folders of playbooks: `group_vars/` and `host_vars/` in them override those next to the inventory. */
	readonly playbookFolders?: readonly string[];
	readonly vault?: Vault;
};

/**
 * Loads inventories: files in YAML, JSON or INI, executable scripts, folders of these, and lists of hosts. Later ones
 * override earlier ones.
 *
 * @throws InputError with all problems of all files.
 */
export async function loadInventory(
	sources: readonly string[],
	{playbookFolders = [], vault = closedVault}: InventoryOptions = {},
): Promise<Inventory> {
	const found = await allOf(sources.map(findSource));
	const files = await allOf(found.map(one => readAll(one, vault)));
	const draft = new InventoryDraft();
	const readings: InventoryLoadContext[] = [];
	for (const file of files.flat()) readings.push(...file.into(draft));

	const besides = (folders: readonly string[]) =>
		allOf(folders.map(folder => readAdjacentVars(folder, draft.groups.keys(), hostNames(draft), vault)));
	const [inventory, playbook] = await allOf([
		besides(lastOfEach(found.flatMap(folderOf))),
		besides(lastOfEach(playbookFolders)),
	]);
	refuseProblems([...readings, ...[...inventory, ...playbook].flatMap(beside => beside.readings)]);
	return finalizeInventory(draft, {inventory, playbook}, sources);
}

/** This machine can have variables without being in the inventory. */
function hostNames(draft: InventoryDraft): readonly string[] {
	return [...new Set([...draft.hosts.keys(), 'localhost'])];
}

function readAll(found: FoundSource, vault: Vault): Promise<readonly SourceFile[]> {
	if (found.kind === 'files') return allOf(found.files.map(file => readSourceFile(file, vault)));
	const reading: InventoryLoadContext = {
		source: new YamlSource(`-i ${found.hosts}`, found.hosts),
		encrypted: false,
		problems: [],
	};
	const list: SourceFile = {
		into(draft) {
			readHostList(draft, reading);
			return [reading];
		},
	};
	return Promise.resolve([list]);
}

/** The folder with the variables of an inventory. */
function folderOf(found: FoundSource): readonly string[] {
	if (found.kind === 'list') return [];
	return found.folder === undefined ? found.files.map(file => dirname(file)) : [found.folder];
}

/** Of a folder that is named more than once, only the last occurrence counts. */
function lastOfEach(folders: readonly string[]): readonly string[] {
	const paths = folders.map(folder => relative('.', folder));
	return folders.filter((_, index) => paths.lastIndexOf(paths[index] ?? '') === index);
}
