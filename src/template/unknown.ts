import {Unknown} from './value.ts';

/** Lists and mappings that are partly unknown, with the unknown part. Their known parts remain accessible. */
const partly = new WeakMap<object, Unknown>();

/** Marks a newly created list or mapping if one of its parts is unknown. */
export function markUnknown<T extends object>(whole: T, parts: readonly unknown[]): T {
	const unknown = unknownIn(parts);
	if (unknown !== undefined) partly.set(whole, unknown);
	return whole;
}

/** The first value that is unknown or partly unknown. */
export function unknownIn(values: readonly unknown[]): Unknown | undefined {
	for (const value of values) {
		if (value instanceof Unknown) return value;
		const part = typeof value === 'object' && value !== null ? partly.get(value) : undefined;
		if (part !== undefined) return part;
	}
	return undefined;
}
