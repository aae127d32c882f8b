import type {Problem} from '../errors.ts';
import {visible, widthOf} from './columns.ts';

/** All errors of an input: each with its position, the line, a caret, and what to write instead. */
export function problemsText(problems: readonly Problem[]): string {
	const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
	return `${problems.map(problemText).join('\n\n')}\n\n${count}; nothing was changed`;
}

function problemText({message, position, sourceLine, hint}: Problem): string {
	const advice = hint === undefined ? '' : `\n  ${visible(hint)}`;
	if (position === undefined) return `${visible(message)}${advice}`;
	const {file, line, column} = position;
	const head = `${visible(file)}:${line}:${column}: ${visible(message)}`;
	if (sourceLine === undefined) return head + advice;
	return `${head}\n${frame(sourceLine, column)}${advice}`;
}

/** The number of characters shown on each side of the caret. */
const reach = 80;

/** The line, and a caret below the column. Columns count UTF-16 code units, as JavaScript does. */
function frame(sourceLine: string, column: number): string {
	const before = [...sourceLine.slice(0, column - 1)];
	const after = [...sourceLine.slice(column - 1)];
	const near = (before.length > reach ? ['…'] : []).concat(before.slice(-reach));
	const line = [...near, ...after.slice(0, reach), ...(after.length > reach ? ['…'] : [])].map(shown).join('');
	return `    ${line}\n    ${near.map(blank).join('')}^`;
}

/** Tabs stay tabs in both lines, so that the caret stays below its column. */
function shown(character: string): string {
	return character === '\t' ? character : visible(character);
}

function blank(character: string): string {
	return character === '\t' ? character : ' '.repeat(widthOf(visible(character)));
}
