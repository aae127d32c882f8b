import type {Position} from '../../errors.ts';
import type {Edit} from '../../plan/document/edits.ts';
import {visible} from '../columns.ts';

/** The edits of a file, and their positions. */
type Edited = {readonly edits: readonly Edit[]; readonly place: {at(pointer: string): Position}};

/** A warning with each place where the text of a plan file differs from its actions; empty without edits. */
export function editsText(file: string, edited: Edited): string {
	const lines = editLines(file, edited);
	if (lines.length === 0) return '';
	const head = `WARNING: ${visible(file)} was edited. Its actions are shown as they would run; vacate apply rejects the file.`;
	return `${[head, ...lines.map(line => `  ${visible(line)}`)].join('\n')}\n\n`;
}

/** One line for each edit. */
export function editLines(file: string, {edits, place}: Edited): readonly string[] {
	return edits.map(({at, message}) => {
		const {line, column} = place.at(at);
		return `${file}:${line}:${column}: ${message}`;
	});
}
