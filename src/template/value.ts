import type {Position} from '../errors.ts';

/** A value that cannot be known before the run: what a write or a remote command will give. Whatever it touches becomes one. */
export class Unknown {
	constructor(
		/** What it is the result of, for the plan. */
		readonly of: string,
	) {}
}

/** The value of a name that nobody has defined. Only `is defined` and `default` may touch it. */
export class Undefined {
	constructor(
		/** `vm.memroy`. */
		readonly path: string,
		readonly position: Position,
		/** The names that there are in its place. */
		readonly known: readonly string[],
	) {}
}

/** Is it a mapping of data, and not a list or one of the classes of this file? */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

/** A value as text within a text, in Jinja2's (Python's) way: `True`, `None`, `['a', 1]`. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	return asCode(value);
}

function asCode(value: unknown): string {
	if (value === null) return 'None';
	if (value === true) return 'True';
	if (value === false) return 'False';
	if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
	if (Array.isArray(value)) return `[${value.map(asCode).join(', ')}]`;
	if (!isMapping(value)) return String(value);
	return `{${Object.entries(value)
		.map(([key, item]) => `${asCode(key)}: ${asCode(item)}`)
		.join(', ')}}`;
}

/** Jinja2's truth: empty things are false. */
export function isTrue(value: unknown): boolean {
	if (Array.isArray(value)) return value.length > 0;
	if (isMapping(value)) return Object.keys(value).length > 0;
	return Boolean(value);
}

/** Equal by value, as Python's `==`. */
export function isEqual(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (typeof a === 'boolean' && typeof b === 'number') return Number(a) === b;
	if (typeof a === 'number' && typeof b === 'boolean') return a === Number(b);
	if (Array.isArray(a) && Array.isArray(b)) {
		return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
	}
	if (!isMapping(a) || !isMapping(b)) return false;
	const keys = Object.keys(a);
	return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}
