import {stripVTControlCharacters} from 'node:util';
import stringWidth from 'string-width';

/** What a reader sees as one character, such as an emoji of several code points, is never cut apart. */
const graphemes = new Intl.Segmenter();

/** Names and texts come from hosts and guests: what would move the cursor or colour the screen is shown, not sent. */
export function visible(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, character =>
		character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
	);
}

/** How many columns of a terminal a text fills; colours fill none. */
export function widthOf(text: string): number {
	const plain = text.replaceAll(/\u001B\[\d+m/g, '');
	// Measured: string-width takes ten times as long as all the rest of a paint. What the views draw with is one cell each.
	return /^[ -~─━→›·…✗]*$/.test(plain) ? plain.length : stringWidth(plain);
}

/** As much as fits, with `…` for the rest. What has to be cut loses its colours. */
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

/** Fills a text up to a width; a wider one stays as it is. */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
	const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
	return side === 'left' ? text + blanks : blanks + text;
}

/** Columns as wide as their widest cell, two spaces between; those of `right` are set to the right. */
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
