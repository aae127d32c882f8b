import {stripVTControlCharacters} from 'node:util';
import {eastAsianWidth} from 'get-east-asian-width';

/** Names and texts come from hosts and guests: what would move the cursor or colour the screen is shown, not sent. */
export function visible(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, character =>
		character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
	);
}

/** How many columns of a terminal a text fills; colours fill none. */
export function widthOf(text: string): number {
	if (/^[ -~]*$/.test(text)) return text.length;
	return [...stripVTControlCharacters(text)].reduce((sum, character) => sum + characterWidth(character), 0);
}

/** As much as fits, with `…` for the rest. What has to be cut loses its colours. */
export function cut(text: string, width: number): string {
	if (widthOf(text) <= width) return text;
	if (width < 1) return '';
	let kept = '';
	let used = 1;
	for (const character of stripVTControlCharacters(text)) {
		used += characterWidth(character);
		if (used > width) break;
		kept += character;
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

/** As terminals count: marks stand on the character before them, East Asian and emoji ones fill two columns. */
function characterWidth(character: string): number {
	return /[\p{Mn}\p{Me}]/u.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}
