import {Secret} from '../shell/secret.ts';
import {isMapping} from './value.ts';

/** Results for lists and mappings that were searched before; data is immutable. */
const known = new WeakMap<object, boolean>();

/** Whether the value is or contains a secret. Values computed on demand are not computed for this. */
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

/** A copy of the data with every secret replaced by its plain string. */
export function revealTexts(value: unknown): unknown {
	return withParts(value, part => (part instanceof Secret ? part.reveal() : part));
}

/** A copy of the data with every string replaced by a secret. */
export function hideTexts(value: unknown): unknown {
	return withParts(value, part => (typeof part === 'string' ? new Secret(part, 'made') : part));
}

/** A copy of the data with its leaves changed: everything that is neither a list nor a mapping. */
export function withParts(value: unknown, change: (part: unknown) => unknown): unknown {
	if (Array.isArray(value)) return value.map(part => withParts(part, change));
	if (!isMapping(value)) return change(value);
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withParts(part, change)]));
}
