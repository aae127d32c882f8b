import {getScalarValue, SCALAR_STYLE, type ScalarEvent} from 'js-yaml';

/**
 * The offset in the source text of a character of a scalar's value, taking escapes, folded lines and indentation into
 * account.
 *
 * @param index From 0, in the value.
 */
export function offsetInScalar(text: string, scalar: ScalarEvent, index: number): number {
	const value = getScalarValue(text, scalar);
	let offset = scalar.valueStart;
	let at = 0;
	while (offset < scalar.valueEnd) {
		const space = spaceWithBreak(text, scalar, offset);
		if (space > 0) {
			const folded = /^\s*/.exec(value.slice(at))?.[0].length ?? 0;
			if (at + folded > index) return offset;
			at += folded;
			offset += space;
			continue;
		}
		const {written, read} = escapeAt(text, scalar, offset);
		if (at >= index && read > 0) return offset;
		offset += written;
		at += read;
	}
	return scalar.valueEnd;
}

/** The width of whitespace that contains a line break or indents a block. */
function spaceWithBreak(text: string, {style, valueStart, valueEnd}: ScalarEvent, offset: number): number {
	const [space = ''] = /^\s*/.exec(text.slice(offset, valueEnd)) ?? [];
	const isBlock = style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
	return space.includes('\n') || (isBlock && offset === valueStart) ? space.length : 0;
}

function escapeAt(
	text: string,
	{style}: ScalarEvent,
	offset: number,
): {readonly written: number; readonly read: number} {
	if (style === SCALAR_STYLE.SINGLE_QUOTED && text.startsWith("''", offset)) return {written: 2, read: 1};
	if (style !== SCALAR_STYLE.DOUBLE_QUOTED || text[offset] !== '\\') return {written: 1, read: 1};
	switch (text[offset + 1]) {
		case 'x':
			return {written: 4, read: 1};
		case 'u':
			return {written: 6, read: 1};
		case 'U':
			return {written: 10, read: text.startsWith('0000', offset + 2) ? 1 : 2};
		case '\n':
			return {written: /^\\\n[ \t]*/.exec(text.slice(offset))?.[0].length ?? 2, read: 0};
		default:
			return {written: 2, read: 1};
	}
}
