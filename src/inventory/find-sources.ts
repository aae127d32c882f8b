import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {InputError} from '../errors.ts';

/** What `-i` names: a list of hosts, or the files of a file or folder. */
export type FoundSource =
	| {readonly kind: 'list'; readonly hosts: string}
	| {readonly kind: 'files'; readonly files: readonly string[]; readonly folder?: string};

/** As in Ansible: hidden files, variables folders and leftovers of editors and package managers are ignored. */
const ignored =
	/^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

/**
 * Determines what `-i` names: a file, a folder of sources in alphabetical order, or, if it contains a comma, hosts.
 *
 * @throws InputError if it does not exist.
 */
export async function findSource(named: string): Promise<FoundSource> {
	const found = await stat(named).catch(() => undefined);
	if (found?.isDirectory()) {
		const files = await filesIn(named);
		if (files.length > 0) return {kind: 'files', files, folder: named};
		const hint = 'as in Ansible, files that end in .ini, .cfg, .txt or .md are ignored in a folder: pass them with -i';
		throw new InputError([{message: `${named}: no inventory found in this folder`, hint}]);
	}
	if (found !== undefined) return {kind: 'files', files: [named]};
	if (named.includes(',')) return {kind: 'list', hosts: named};
	const hint = /[/.]/.test(named) ? undefined : `for a host with this name use: -i ${named},`;
	throw new InputError([{message: `${named}: no such file`, ...(hint === undefined ? {} : {hint})}]);
}

async function filesIn(folder: string): Promise<readonly string[]> {
	const names = (await readdir(folder)).filter(name => !ignored.test(name)).sort(byBytes);
	const files = await Promise.all(
		names.map(async name => {
			const path = join(folder, name);
			return (await isFolder(path)) ? filesIn(path) : [path];
		}),
	);
	return files.flat();
}

/** A broken link counts as a file; it is reported when it is read. */
export async function isFolder(path: string): Promise<boolean> {
	return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function byBytes(a: string, b: string): number {
	return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
