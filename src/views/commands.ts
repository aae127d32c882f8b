import type {Command} from '../shell/command.ts';
import {masked} from '../shell/mask.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Outcome} from '../shell/shell.ts';
import {visible} from './columns.ts';
import {durationText} from './format.ts';

/** How much is told of commands: nothing, those that change something, all, or also what they answer. */
export type Verbosity = 0 | 1 | 2 | 3;

/** A command that has ended, in a line, and at most all that it has said. Undefined where so much is not asked for. */
export function commandText(command: Command, outcome: Outcome, verbosity: Verbosity): string | undefined {
	if (verbosity === 0 || (verbosity === 1 && command.effect === 'read')) return undefined;
	const {host, argv, hidden, here} = command;
	const line = hidden ? 'hidden' : visible(quoteArgv(argv.map(masked)));
	const head = `${visible(host)}${here ? ' (here)' : ''}: ${line} ${endText(outcome)}`;
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
			return `(the connection went: ${visible(outcome.reason)}, ${took})`;
		case 'timed-out':
			return `(out of time, ${took})`;
		case 'aborted':
			return `(ended by us, ${took})`;
	}
}

/** The longest output that is shown, in lines. */
const mostLines = 200;

function linesOf(name: string, text: string): readonly string[] {
	const lines = text.replace(/\n$/, '').split('\n');
	if (text === '') return [];
	const more = lines.length > mostLines ? [`  ${name} … and ${lines.length - mostLines} lines more`] : [];
	return [...lines.slice(0, mostLines).map(line => `  ${name} ${visible(line)}`), ...more];
}
