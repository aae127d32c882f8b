import type {Command} from '../shell/command.ts';
import {masked} from '../shell/mask.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Outcome} from '../shell/shell.ts';
import {visible} from './columns.ts';
import {durationText} from './format.ts';

/** Which commands are printed: none, those that change state, all, or all with their output. */
export type Verbosity = 0 | 1 | 2 | 3;

/** A finished command in one line, with its output at the highest verbosity. Undefined when it is not to be printed. */
export function commandText(command: Command, outcome: Outcome, verbosity: Verbosity): string | undefined {
	if (verbosity === 0 || (verbosity === 1 && command.effect === 'read')) return undefined;
	const {host, argv, hidden, here} = command;
	const line = hidden ? 'hidden' : visible(quoteArgv(argv.map(masked)));
	const head = `${visible(host)}${here ? ' (on this machine)' : ''}: ${line} ${endText(outcome)}`;
	if (verbosity < 3 || hidden) return head;
	return [head, ...linesOf('out', masked(outcome.stdout)), ...linesOf('err', masked(outcome.stderr))].join('\n');
}

function endText(outcome: Outcome): string {
	const took = durationText(outcome.durationMs);
	switch (outcome.end) {
		case 'exited':
			return outcome.code === 0 ? `(${took})` : `(exit code ${outcome.code}, ${took})`;
		case 'signalled':
			return `(killed by ${outcome.signal}, ${took})`;
		case 'lost':
			return `(connection lost: ${visible(outcome.reason)}, ${took})`;
		case 'timed-out':
			return `(timed out, ${took})`;
		case 'aborted':
			return `(aborted, ${took})`;
	}
}

/** The maximum number of output lines shown. */
const mostLines = 200;

function linesOf(name: string, text: string): readonly string[] {
	const lines = text.replace(/\n$/, '').split('\n');
	if (text === '') return [];
	const more = lines.length > mostLines ? [`  ${name} … ${lines.length - mostLines} more lines`] : [];
	return [...lines.slice(0, mostLines).map(line => `  ${name} ${visible(line)}`), ...more];
}
