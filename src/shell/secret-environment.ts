import type {Command} from './command.ts';
import {Secret} from './secret.ts';

/** Reads the values of variables from its input, a line each, and becomes the command. */
const script = `vacate_left=$1; shift
while [ "$vacate_left" -gt 0 ]; do
IFS= read -r vacate_line || exit 1; export "$1=$vacate_line"; shift; vacate_left=$((vacate_left - 1)); done
exec "$@"`;

/**
 * A command whose environment holds secrets. They go ahead of its standard input: everybody on the host can read a
 * command line.
 *
 * @param secrets Each of one line.
 */
export function withSecretEnvironment(command: Command, secrets: Readonly<Record<string, Secret>>): Command {
	const names = Object.keys(secrets);
	if (names.length === 0) return command;
	const {stdin = '', argv} = command;
	const lines = Object.values(secrets).map(secret => `${secret.reveal()}\n`);
	return {
		...command,
		argv: ['sh', '-c', script, 'sh', String(names.length), ...names, ...argv],
		stdin: new Secret(lines.join('') + (stdin instanceof Secret ? stdin.reveal() : stdin)),
	};
}
