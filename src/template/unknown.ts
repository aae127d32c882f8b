import {Unknown} from './value.ts';

/** Lists and mappings of which a part is unknown, with that part. Known parts of them can still be taken out. */
const partly = new WeakMap<object, Unknown>();

/** Marks a list or mapping that has just been made of these parts. */
export function markUnknown<T extends object>(whole: T, parts: readonly unknown[]): T {
	const unknown = unknownIn(parts);
	if (unknown !== undefined) partly.set(whole, unknown);
	return whole;
}

/** The first value that is not wholly known. */
export function unknownIn(values: readonly unknown[]): Unknown | undefined {
	for (const value of values) {
		if (value instanceof Unknown) return value;
		const part = typeof value === 'object' && value !== null ? partly.get(value) : undefined;
		if (part !== undefined) return part;
	}
	return undefined;
}
