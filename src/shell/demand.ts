import {CommandError, ConnectionLostError, InterruptedError} from '../errors.ts';
import type {Command} from './command.ts';
import type {Ending, Outcome, RunOptions, Shell} from './shell.ts';

/**
 * Runs a command that must exit with 0.
 *
 * @throws CommandError if it failed; ConnectionLostError if its outcome is unknown; UnreachableError if it was not run;
 * InterruptedError if the signal ended it.
 */
export async function demand(shell: Shell, command: Command, options: RunOptions = {}): Promise<Outcome> {
	const outcome = await shell.run(command, options);
	if (outcome.end === 'exited' && outcome.code === 0) return outcome;
	throw failureOf(command, outcome);
}

/** The error for an outcome other than success. */
export function failureOf(command: Command, outcome: Outcome): Error {
	if (outcome.end === 'lost') return new ConnectionLostError(command.host, command.argv, outcome.reason);
	if (outcome.end === 'aborted') return new InterruptedError();
	return new CommandError({
		host: command.host,
		argv: command.argv,
		ending: endingText(outcome),
		...(outcome.end === 'exited' ? {code: outcome.code} : {}),
		stdout: outcome.stdout,
		stderr: outcome.stderr,
	});
}

/** Describes how a command ended. */
export function endingText(ending: Ending): string {
	switch (ending.end) {
		case 'exited':
			return `exit code ${ending.code}`;
		case 'signalled':
			return `killed by ${ending.signal}`;
		case 'timed-out':
			return `timed out after ${ending.afterMs / 1000} s`;
		case 'aborted':
			return 'interrupted';
		case 'lost':
			return `connection lost: ${ending.reason}`;
	}
}
