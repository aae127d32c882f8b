import type {Command} from './command.ts';
import {Secret} from './secret.ts';

/**
 * Reads a line for each of the names before `--`, and then becomes the command. What ends a line within a value is written
 * as `printf` reads it; the x keeps those at its end.
 */
const reading = `while [ "$1" != -- ]; do IFS= read -r value; value=$(printf %bx "$value"); export "$1=\${value%x}"; shift; done; shift; exec "$@"`;

/**
 * The same command with no secret in its environment, which others could see among its arguments: it reads them first, a
 * line each, from its standard input.
 */
export function readingSecrets(command: Command): Command {
	const {argv, environment = {}, stdin = ''} = command;
	const secrets = Object.entries(environment).flatMap(([name, value]) =>
		value instanceof Secret ? [{name, value}] : [],
	);
	if (secrets.length === 0) return command;
	const plain = Object.entries(environment).filter(([, value]) => !(value instanceof Secret));
	const lines = secrets.map(({value}) => `${onOneLine(value.reveal())}\n`).join('');
	return {
		...command,
		environment: Object.fromEntries(plain),
		argv: ['sh', '-c', reading, 'sh', ...secrets.map(({name}) => name), '--', ...argv],
		stdin: new Secret(lines + revealed(stdin), 'made'),
	};
}

function onOneLine(text: string): string {
	return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** The settings as `env` takes them, once no secret is among them. */
export function settingsOf({environment = {}}: Command): readonly string[] {
	return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** The text of what may be a secret. */
export function revealed(value: string | Secret): string {
	return value instanceof Secret ? value.reveal() : value;
}
