import {Secret} from '../shell/secret.ts';
import {isMapping} from './value.ts';

/** Lists and mappings that have been looked through: data does not change. */
const known = new WeakMap<object, boolean>();

/** Is it a secret, or is one in it? What is worked out when it is asked for is not asked. */
export function hasSecret(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	if (value instanceof Secret) return true;
	if (!Array.isArray(value) && !isMapping(value)) return false;
	const before = known.get(value);
	if (before !== undefined) return before;
	const parts = Array.isArray(value) ? value : Object.values(Object.getOwnPropertyDescriptors(value)).map(valueOfPart);
	const found = parts.some(hasSecret);
	known.set(value, found);
	return found;
}

function valueOfPart({value}: PropertyDescriptor): unknown {
	return value;
}

/** The same data with the texts of its secrets. */
export function revealTexts(value: unknown): unknown {
	return withParts(value, part => (part instanceof Secret ? part.reveal() : part));
}

/** The same data with secrets for its texts. */
export function hideTexts(value: unknown): unknown {
	return withParts(value, part => (typeof part === 'string' ? new Secret(part, 'made') : part));
}

/** The same data with other parts: what is neither a list nor a mapping. */
export function withParts(value: unknown, change: (part: unknown) => unknown): unknown {
	if (Array.isArray(value)) return value.map(part => withParts(part, change));
	if (!isMapping(value)) return change(value);
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withParts(part, change)]));
}
