import {join} from 'node:path';
import type {Vault} from '../vault/vault.ts';
import type {Variables} from './inventory.ts';
import type {Reading} from './reading.ts';
import {readVarsFile} from './vars-file.ts';
import {openVarsFolder} from './vars-folder.ts';

/** What `group_vars/` and `host_vars/` of a folder say. */
export type Beside = {
	readonly groups: ReadonlyMap<string, Variables>;
	readonly hosts: ReadonlyMap<string, Variables>;
	readonly unusedFiles: readonly string[];
	readonly readings: readonly Reading[];
};

/** Reads the variables that lie beside an inventory or a playbook, for the groups and hosts that there are. */
export async function readBeside(
	folder: string,
	groups: Iterable<string>,
	hosts: Iterable<string>,
	vault: Vault,
): Promise<Beside> {
	const readings: Reading[] = [];
	const [ofGroups, ofHosts] = await Promise.all([
		readFolder(join(folder, 'group_vars'), [...groups]),
		readFolder(join(folder, 'host_vars'), [...hosts]),
	]);
	return {
		groups: ofGroups.vars,
		hosts: ofHosts.vars,
		unusedFiles: [...ofGroups.unused, ...ofHosts.unused],
		readings,
	};

	async function readFolder(
		path: string,
		names: readonly string[],
	): Promise<{readonly vars: ReadonlyMap<string, Variables>; readonly unused: readonly string[]}> {
		const opened = await openVarsFolder(path);
		if (opened === undefined) return {vars: new Map(), unused: []};
		const found = await Promise.all(names.map(async name => ({name, files: await opened.filesOf(name)})));
		const vars = await Promise.all(
			found
				.filter(({files}) => files.length > 0)
				.map(async ({name, files}): Promise<[string, Variables]> => {
					const read = await Promise.all(files.map(file => readVarsFile(file, vault)));
					readings.push(...read.map(({reading}) => reading));
					return [name, Object.assign({}, ...read.map(({vars}) => vars))];
				}),
		);
		return {vars: new Map(vars), unused: opened.unused(names)};
	}
}
