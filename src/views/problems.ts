import type {Problem} from '../errors.ts';
import {visible, widthOf} from './columns.ts';

/** All mistakes of an input: each with its place, the line, a caret, and what to write instead. */
export function problemsText(problems: readonly Problem[]): string {
	const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
	return `${problems.map(problemText).join('\n\n')}\n\n${count}; nothing was touched`;
}

function problemText({message, position, sourceLine, hint}: Problem): string {
	const advice = hint === undefined ? '' : `\n  ${visible(hint)}`;
	if (position === undefined) return `${visible(message)}${advice}`;
	const {file, line, column} = position;
	const head = `${visible(file)}:${line}:${column}: ${visible(message)}`;
	if (sourceLine === undefined) return head + advice;
	return `${head}\n${frame(sourceLine, column)}${advice}`;
}

/** A long line is shown so far on each side of the caret, in characters. */
const reach = 80;

/** The line, and a caret below the column. Columns count as JavaScript’s strings do. */
function frame(sourceLine: string, column: number): string {
	const before = [...sourceLine.slice(0, column - 1)];
	const after = [...sourceLine.slice(column - 1)];
	const near = (before.length > reach ? ['…'] : []).concat(before.slice(-reach));
	const line = [...near, ...after.slice(0, reach), ...(after.length > reach ? ['…'] : [])].map(shown).join('');
	return `    ${line}\n    ${near.map(blank).join('')}^`;
}

/** Tabs stay tabs, in both lines, so that both are shifted alike. */
function shown(character: string): string {
	return character === '\t' ? character : visible(character);
}

function blank(character: string): string {
	return character === '\t' ? character : ' '.repeat(widthOf(visible(character)));
}
