import {join} from 'node:path';
import type {Vault} from '../vault/vault.ts';
import {allOf} from './all-sources.ts';
import type {Variables} from './inventory.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {readVarsFile} from './vars-file.ts';
import {openVarsFolder} from './vars-folder.ts';

/** The variables in `group_vars/` and `host_vars/` of one folder. */
export type AdjacentVars = {
	readonly groups: ReadonlyMap<string, Variables>;
	readonly hosts: ReadonlyMap<string, Variables>;
	readonly unusedFiles: readonly string[];
	readonly readings: readonly InventoryLoadContext[];
};

type InFolder = {readonly vars: ReadonlyMap<string, Variables>; readonly unused: readonly string[]};

const nothing: InFolder = {vars: new Map(), unused: []};

/** Reads the variables next to an inventory or a playbook, for the groups and hosts that exist. */
export async function readAdjacentVars(
	folder: string,
	groups: Iterable<string>,
	hosts: Iterable<string>,
	vault: Vault,
): Promise<AdjacentVars> {
	const readings: InventoryLoadContext[] = [];
	const [ofGroups, ofHosts] = await allOf([
		readFolder(join(folder, 'group_vars'), [...groups]),
		readFolder(join(folder, 'host_vars'), [...hosts]),
	]);
	return {
		groups: ofGroups.vars,
		hosts: ofHosts.vars,
		unusedFiles: [...ofGroups.unused, ...ofHosts.unused],
		readings,
	};

	async function readFolder(path: string, names: readonly string[]): Promise<InFolder> {
		const opened = await openVarsFolder(path);
		if (opened === undefined) return nothing;
		const found = await Promise.all(names.map(async name => ({name, files: await opened.filesOf(name)})));
		const vars = await allOf(
			found
				.filter(({files}) => files.length > 0)
				.map(async ({name, files}): Promise<[string, Variables]> => {
					const read = await allOf(files.map(file => readVarsFile(file, vault)));
					readings.push(...read.map(({reading}) => reading));
					return [name, Object.assign({}, ...read.map(({vars}) => vars))];
				}),
		);
		return {vars: new Map(vars), unused: opened.unused(names)};
	}
}
