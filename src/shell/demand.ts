import {CommandError, ConnectionLostError, InterruptedError} from '../errors.ts';
import type {Command} from './command.ts';
import type {Ending, Outcome, RunOptions, Shell} from './shell.ts';

/**
 * Runs a command that must exit with 0.
 *
 * @throws CommandError when it did not; ConnectionLostError when nobody knows; UnreachableError when it was not run;
 * InterruptedError when the signal ended it.
 */
export async function demand(shell: Shell, command: Command, options: RunOptions = {}): Promise<Outcome> {
	const outcome = await shell.run(command, options);
	if (outcome.end === 'exited' && outcome.code === 0) return outcome;
	throw failureOf(command, outcome);
}

/** The error that an outcome other than success stands for. */
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

/** How a command ended, in words. */
export function endingText(ending: Ending): string {
	switch (ending.end) {
		case 'exited':
			return `exit code ${ending.code}`;
		case 'signalled':
			return `killed by ${ending.signal}`;
		case 'timed-out':
			return `no end within ${ending.afterMs / 1000} s`;
		case 'aborted':
			return 'interrupted';
		case 'lost':
			return `connection lost: ${ending.reason}`;
	}
}
