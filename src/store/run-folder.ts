import {stat} from 'node:fs/promises';
import {PrerequisiteError} from '../errors.ts';

/** Modes of what a run stores: it contains the output of hosts, and commands that undo executes. */
export const privateFolder = 0o700;
export const privateFile = 0o600;

/**
 * Verifies that a folder with data of runs belongs to this user: whoever owns it decides what `undo` executes.
 *
 * @param user By default the user of this process.
 * @throws PrerequisiteError if it exists and belongs to another user.
 */
export async function demandOwnFolder(folder: string, user = process.getuid?.()): Promise<void> {
	const found = await stat(folder).catch(() => undefined);
	if (found === undefined || user === undefined || found.uid === user) return;
	throw new PrerequisiteError(
		`${folder} belongs to another user (uid ${found.uid}); this process runs as uid ${user}`,
		'run vacate as its owner, or in another folder',
	);
}
