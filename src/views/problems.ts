import type {Problem} from '../errors.ts';
import {visible} from './format.ts';

/** All mistakes of an input: each with its place, the line, a caret, and what to write instead. */
export function problemsText(problems: readonly Problem[]): string {
	const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
	return `${problems.map(problemText).join('\n\n')}\n\n${count}; nothing was touched`;
}

function problemText({message, position, sourceLine, hint}: Problem): string {
	const advice = hint === undefined ? '' : `\n  ${visible(hint)}`;
	if (position === undefined) return `${visible(message)}${advice}`;
	const {file, line, column} = position;
	const head = `${file}:${line}:${column}: ${visible(message)}`;
	if (sourceLine === undefined) return head + advice;
	return `${head}\n${frame(sourceLine, column)}${advice}`;
}

const widest = 160;

/** The line and a caret below the column; tabs stay tabs, so that both lines are shifted alike. */
function frame(sourceLine: string, column: number): string {
	const start = Math.max(0, column - 1 - Math.floor(widest / 2));
	const part = sourceLine.slice(start, start + widest);
	const before = part.slice(0, column - 1 - start);
	const line = [...part].map(character => (character === '\t' ? character : visible(character))).join('');
	const indent = [...before]
		.map(character => (character === '\t' ? '\t' : ' '.repeat(visible(character).length)))
		.join('');
	return `    ${line}\n    ${indent}^`;
}
