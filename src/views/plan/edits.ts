import type {Position} from '../../errors.ts';
import type {Edit} from '../../plan/document/edits.ts';
import {visible} from '../columns.ts';

/** The edits of a file, and where they stand. */
type Edited = {readonly edits: readonly Edit[]; readonly place: {at(pointer: string): Position}};

/** Where the texts of a plan's file differ from what would be done, for above all else; empty when nowhere. */
export function editsText(file: string, edited: Edited): string {
	const lines = editLines(file, edited);
	if (lines.length === 0) return '';
	const head = `WARNING: ${visible(file)} was edited. What is shown is what its actions do; vacate apply refuses it.`;
	return `${[head, ...lines.map(line => `  ${visible(line)}`)].join('\n')}\n\n`;
}

/** A line for each of them. */
export function editLines(file: string, {edits, place}: Edited): readonly string[] {
	return edits.map(({at, message}) => {
		const {line, column} = place.at(at);
		return `${file}:${line}:${column}: ${message}`;
	});
}
