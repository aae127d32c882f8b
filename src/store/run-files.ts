import {copyFile, mkdir, readdir, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {folderFor as approvalsOf} from './approval-files.ts';
import {digestOf} from './plan-file.ts';
import {fileFor as originOf} from './plan-origin.ts';

/** A file in the folder of a run, with its digest. */
export type RunFile = {readonly name: string; readonly digest: string};

/** Who made the plan and who approved it, copied into the folder of the run: the plan's own folder may change or go. */
export async function keepApprovals(plan: string, folder: string): Promise<readonly RunFile[]> {
	const names = (await readdir(approvalsOf(plan)).catch(() => [])).filter(name => name.endsWith('.yml')).sort();
	const copies = [
		[originOf(plan), 'plan.origin.yml'],
		...names.map(name => [join(approvalsOf(plan), name), join('approvals', name)]),
	];
	const kept = await Promise.all(copies.map(([from = '', to = '']) => keep(from, folder, to)));
	return kept.flat();
}

async function keep(from: string, folder: string, name: string): Promise<readonly RunFile[]> {
	const to = join(folder, name);
	await mkdir(dirname(to), {recursive: true});
	try {
		await copyFile(from, to);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
	return [{name, digest: digestOf(await readFile(to, 'utf8'))}];
}
