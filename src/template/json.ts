import {Excess, isMapping, maxLength} from './value.ts';

type JsonStyle = {readonly indent: unknown; readonly sort: boolean; readonly ascii: boolean};

/** JSON as Python prints it: a space after commas and colons, and by default ASCII only. */
export function jsonText(value: unknown, {indent, sort, ascii}: JsonStyle): string {
	const width = typeof indent === 'number' ? Math.min(indent, 16) : undefined;
	let length = 0;
	const text = written(value, 1);
	if (!ascii) return text;
	return text.replaceAll(/[\u007f-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

	function written(part: unknown, depth: number): string {
		if (Array.isArray(part))
			return enclosed(
				'[',
				']',
				part.map(item => written(item, depth + 1)),
				depth,
			);
		if (!isMapping(part)) return counted(JSON.stringify(part) ?? 'null');
		const entries = Object.entries(part);
		if (sort) entries.sort(([a], [b]) => (a < b ? -1 : 1));
		const lines = entries.map(([key, item]) => `${counted(JSON.stringify(key))}: ${written(item, depth + 1)}`);
		return enclosed('{', '}', lines, depth);
	}

	function enclosed(open: string, close: string, parts: readonly string[], depth: number): string {
		if (parts.length === 0) return open + close;
		if (width === undefined) return open + parts.join(', ') + close;
		const line = `\n${' '.repeat(width * depth)}`;
		return `${open}${line}${parts.join(`,${line}`)}\n${' '.repeat(width * (depth - 1))}${close}`;
	}

	function counted(piece: string): string {
		length += piece.length + 2;
		if (length > maxLength) throw new Excess(`the string exceeds the limit of ${maxLength} characters`);
		return piece;
	}
}
