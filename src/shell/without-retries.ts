import {UnreachableError} from '../errors.ts';
import {decorate} from './decorate.ts';
import type {Shell} from './shell.ts';

/**
 * A shell that does not try again to reach a host that could not be reached. For readings that belong together, such as
 * the facts of a plan: a host that is down costs one connection timeout, not one for each kind of fact.
 */
export function withoutRetries(shell: Shell): Shell {
	const unreachable = new Map<string, UnreachableError>();
	return decorate(shell, async (command, run) => {
		if (command.here) return run(command);
		const known = unreachable.get(command.host);
		if (known !== undefined) throw known;
		try {
			return await run(command);
		} catch (error) {
			if (error instanceof UnreachableError) unreachable.set(command.host, error);
			throw error;
		}
	});
}
