import {CommandError, StepError} from '../errors.ts';
import type {Command} from './command.ts';
import type {Outcome} from './shell.ts';

/**
 * The result of parsing the output of a command. A host may print anything, so output that cannot be parsed is a
 * failure of the command on that host, not a bug.
 *
 * @throws CommandError if `parse` fails; a StepError or CommandError of `parse` as it is.
 */
export function parsed<T>(
	{host, argv}: Pick<Command, 'host' | 'argv'>,
	{stdout, stderr}: Pick<Outcome, 'stdout' | 'stderr'>,
	parse: (stdout: string) => T,
): T {
	try {
		return parse(stdout);
	} catch (error) {
		if (error instanceof StepError || error instanceof CommandError) throw error;
		const why = error instanceof Error ? error.message : String(error);
		throw new CommandError({host, argv, ending: `unexpected output: ${why}`, stdout, stderr});
	}
}
