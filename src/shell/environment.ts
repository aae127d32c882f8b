import type {Command} from './command.ts';
import {Secret} from './secret.ts';

/**
 * Reads one line for each name before `--`, and then executes the command. Line breaks within a value are escaped for
 * `printf`; the x preserves those at its end.
 */
const reading = `while [ "$1" != -- ]; do IFS= read -r value; value=$(printf %bx "$value"); export "$1=\${value%x}"; shift; done; shift; exec "$@"`;

/**
 * Moves secrets out of the environment, where other users could see them among the arguments: the command reads them
 * from its standard input first, one per line.
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

/** The arguments for `env`, once none of the values is secret. */
export function settingsOf({environment = {}}: Command): readonly string[] {
	return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** The plain string of a value that may be secret. */
export function revealed(value: string | Secret): string {
	return value instanceof Secret ? value.reveal() : value;
}
