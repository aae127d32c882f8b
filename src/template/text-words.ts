import {Excess, maxLength} from './value.ts';

/** Python's `split`: at whitespace by default, at most `most` times. */
export function splitText(text: string, by: unknown, most: unknown): readonly string[] {
	const limit = typeof most === 'number' && most >= 0 ? most : Number.POSITIVE_INFINITY;
	if (by === undefined || by === null) {
		const words = text
			.trim()
			.split(/\s+/)
			.filter(word => word !== '');
		if (words.length <= limit + 1) return words;
		const rest = new RegExp(`^\\s*(?:\\S+\\s+){${limit}}`);
		return [...words.slice(0, limit), text.replace(rest, '').trimEnd()];
	}
	const parts = text.split(String(by));
	if (parts.length <= limit + 1) return parts;
	return [...parts.slice(0, limit), parts.slice(limit).join(String(by))];
}

/** Removes whitespace, or the given characters, from the ends. */
export function stripped(text: string, chars: unknown, side: 'both' | 'start' | 'end' = 'both'): string {
	const set = typeof chars === 'string' ? new Set(chars) : undefined;
	const drops = (char: string | undefined) =>
		char !== undefined && (set === undefined ? /\s/.test(char) : set.has(char));
	let from = 0;
	let to = text.length;
	while (side !== 'end' && from < to && drops(text[from])) from++;
	while (side !== 'start' && to > from && drops(text[to - 1])) to--;
	return text.slice(from, to);
}

/** Capitalizes each word. */
export function titled(text: string): string {
	return text
		.toLowerCase()
		.replaceAll(/(^|[-\s({[<])(\p{L})/gu, (_all, before: string, letter: string) => before + letter.toUpperCase());
}

/** @throws Excess if the result is too long. */
export function replaced(text: string, from: string, to: string, count: unknown): string {
	const limit = typeof count === 'number' && count >= 0 ? count : Number.POSITIVE_INFINITY;
	const parts = text.split(from);
	const times = Math.min(parts.length - 1, limit);
	if (text.length + times * (to.length - from.length) > maxLength)
		throw new Excess(`the string exceeds the limit of ${maxLength} characters`);
	return (
		parts.slice(0, times + 1).join(to) +
		parts
			.slice(times + 1)
			.map(part => from + part)
			.join('')
	);
}
