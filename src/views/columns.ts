import {stripVTControlCharacters} from 'node:util';
import stringWidth from 'string-width';

/** Splits text at what a reader sees as one character, such as an emoji of several code points. */
const graphemes = new Intl.Segmenter();

/** Names and texts come from hosts and guests: control characters are shown as escapes, never sent to the terminal. */
export function visible(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, character =>
		character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
	);
}

/** The number of terminal columns that a text fills; colour codes fill none. */
export function widthOf(text: string): number {
	const plain = text.replaceAll(/\u001B\[\d+m/g, '');
	// Measured: string-width takes ten times as long as the rest of a repaint. The characters below are one cell wide each.
	return /^[ -~─━→›·…✗]*$/.test(plain) ? plain.length : stringWidth(plain);
}

/** Truncates a text to a width and ends it with `…`. A truncated text loses its colours. */
export function cut(text: string, width: number): string {
	if (widthOf(text) <= width) return text;
	if (width < 1) return '';
	let kept = '';
	let used = 1;
	for (const {segment} of graphemes.segment(stripVTControlCharacters(text))) {
		used += widthOf(segment);
		if (used > width) break;
		kept += segment;
	}
	return `${kept}…`;
}

/** Pads a text with spaces to a width; a wider text is unchanged. */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
	const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
	return side === 'left' ? text + blanks : blanks + text;
}

/** Columns as wide as their widest cell, two spaces apart; the columns in `right` are right-aligned. */
export function tableText(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
	const widths = (rows[0] ?? []).map((_, column) =>
		rows.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0),
	);
	return rows
		.map(row =>
			row
				.map((cell, column) => padded(cell, widths[column] ?? 0, right.has(column) ? 'right' : 'left'))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
