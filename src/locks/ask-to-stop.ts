import {PrerequisiteError} from '../errors.ts';
import {read} from '../shell/command.ts';
import {failureOf} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import {asking, lockCodes} from './scripts.ts';

/**
 * Asks the run that holds the lock of a host to stop, wherever its controller is, and waits until the lock is released.
 * Returns the owner of the lock.
 *
 * @param why Who asks and why, in one line: it is told to the run.
 * @throws PrerequisiteError if no run holds the lock; what `demand` throws.
 */
export async function askToStop(shell: Shell, host: string, why = ''): Promise<string> {
	const command = read(host, ['sh', '-c', asking, 'sh', why]);
	const outcome = await shell.run(command);
	if (outcome.end === 'exited' && outcome.code === 0) return outcome.stdout.trim();
	if (outcome.end === 'exited' && outcome.code === lockCodes.free) {
		throw new PrerequisiteError(`no run is changing ${host}`);
	}
	throw failureOf(command, outcome);
}
