import {mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {RunControl} from './control.ts';
import {privateFolder} from './run-folder.ts';

/**
 * Deletes the folder of a run. It leaves the folder of the runs in one step, so that no part of a run is ever listed;
 * what an interrupted deletion leaves behind is removed by the next one.
 *
 * @throws PrerequisiteError if the run is in progress.
 */
export async function deleteRun(folder: string, run: string): Promise<void> {
	const control = await RunControl.claim(folder, run);
	const deleted = join(dirname(dirname(folder)), 'runs-deleted');
	try {
		await mkdir(deleted, {recursive: true, mode: privateFolder});
		await rename(folder, join(deleted, run));
		await rm(deleted, {recursive: true});
	} finally {
		await control.close();
	}
}
