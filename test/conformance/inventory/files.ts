import {chmod, mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';

/** Writes files into a folder; what begins with `#!` can be run. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
	for (const [name, text] of Object.entries(files)) {
		const path = join(folder, name);
		await mkdir(dirname(path), {recursive: true});
		await writeFile(path, text);
		if (text.startsWith('#!')) await chmod(path, 0o755);
	}
}
