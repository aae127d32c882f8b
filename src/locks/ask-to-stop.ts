import {PrerequisiteError} from '../errors.ts';
import {read} from '../shell/command.ts';
import {failureOf} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import {asking, lockCodes} from './scripts.ts';

/**
 * Asks the run that holds a host to stop, wherever its controller is, and waits until it has let the host go. Gives who
 * that was.
 *
 * @throws PrerequisiteError when no run holds the host; what `demand` throws.
 */
export async function askToStop(shell: Shell, host: string): Promise<string> {
	const command = read(host, ['sh', '-c', asking]);
	const outcome = await shell.run(command);
	if (outcome.end === 'exited' && outcome.code === 0) return outcome.stdout.trim();
	if (outcome.end === 'exited' && outcome.code === lockCodes.free) {
		throw new PrerequisiteError(`no run is changing ${host}`);
	}
	throw failureOf(command, outcome);
}
