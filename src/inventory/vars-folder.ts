import {readdir} from 'node:fs/promises';
import {extname, join} from 'node:path';
import {isFolder} from './find-sources.ts';

/** The extensions that are tried for a name; the first existing file is used. */
const extensions = ['', '.yml', '.yaml', '.json'];

/** `group_vars/` or `host_vars/`: its contents, by the name of the group or host. */
export type VarsFolder = {
	readonly path: string;
	/** The files of a group or host, in the order in which they are read. */
	filesOf(name: string): Promise<readonly string[]>;
	/** Files and folders that match none of the names. */
	unused(names: Iterable<string>): readonly string[];
};

/** Undefined if the folder does not exist. */
export async function openVarsFolder(path: string): Promise<VarsFolder | undefined> {
	const entries = new Set(await readdir(path).catch(() => []));
	if (entries.size === 0) return undefined;
	const entryOf = (name: string) => extensions.map(extension => name + extension).find(entry => entries.has(entry));
	return {
		path,
		async filesOf(name) {
			const entry = entryOf(name);
			if (entry === undefined) return [];
			const file = join(path, entry);
			return (await isFolder(file)) ? filesIn(file) : [file];
		},
		unused(names) {
			const used = new Set([...names].map(entryOf));
			return [...entries].filter(entry => isVarsFile(entry) && !used.has(entry)).map(entry => join(path, entry));
		},
	};
}

/** All files below a folder, by name; as in Ansible, folders with a dot in their names are skipped. */
async function filesIn(folder: string): Promise<readonly string[]> {
	const names = (await readdir(folder)).filter(isVarsFile).sort();
	const files = await Promise.all(
		names.map(async name => {
			const path = join(folder, name);
			if (!(await isFolder(path))) return [path];
			return extname(name) === '' ? filesIn(path) : [];
		}),
	);
	return files.flat();
}

function isVarsFile(name: string): boolean {
	return !name.startsWith('.') && !name.endsWith('~') && extensions.includes(extname(name));
}
