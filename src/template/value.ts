import type {Position} from '../errors.ts';
import {Secret} from '../shell/secret.ts';

/**
 * A value that cannot be known before the run: what a write or a remote command will give. Whatever it touches becomes
 * one.
 */
export class Unknown {
	constructor(
		/** What it is the result of, for the plan. */
		readonly of: string,
	) {}
}

/** What stands in place of a value that is not there. Only `is defined` and `default` may touch it. */
export class Undefined {
	constructor(
		/** `'vm.memroy' is undefined`. */
		readonly message: string,
		readonly position: Position,
		/** What was looked for, and the names that there are in its place. */
		readonly spelling?: {readonly name: string; readonly known: readonly string[]},
	) {}
}

/** The value of `omit`: a parameter that has it is left out. */
export class Omitted {}

/**
 * A part of written data that is not read as a template: a text that must stay as it is, or one that is encrypted. Shown
 * as `***` unless it may be seen.
 */
export class Verbatim {
	constructor(
		/** Gives its value, or throws TemplateError. */
		readonly value: () => unknown,
		/** What may be seen of it. */
		private readonly shown: string = '***',
	) {}

	toString(): string {
		return this.shown;
	}

	toJSON(): string {
		return this.shown;
	}
}

/** A value has grown beyond what an evaluation may hold. */
export class Excess extends Error {}

/** No text grows beyond so many characters, nothing else beyond so many parts. */
export const maxLength = 1_000_000;

/** Is it a mapping of data, and not a list or one of the classes of this file? */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

/** A value as text within a text, in Jinja2's (Python's) way: `True`, `None`, `['a', 1]`. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return String(value);
	const pieces: string[] = [];
	let length = 0;
	write(value);
	return pieces.join('');

	function write(part: unknown): void {
		if (Array.isArray(part)) {
			put('[');
			part.forEach((item, index) => {
				if (index > 0) put(', ');
				write(item);
			});
			put(']');
		} else if (isMapping(part)) {
			put('{');
			Object.entries(part).forEach(([key, item], index) => {
				put(`${index > 0 ? ', ' : ''}${literal(key)}: `);
				write(item);
			});
			put('}');
		} else put(literal(part));
	}

	function put(text: string): void {
		length += text.length;
		if (length > maxLength) throw new Excess(`the text grows beyond ${maxLength} characters`);
		pieces.push(text);
	}
}

function literal(value: unknown): string {
	if (value === null) return 'None';
	if (value === true) return 'True';
	if (value === false) return 'False';
	if (typeof value !== 'string') return String(value);
	const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
	const escaped = value.replaceAll(/[\\\n\t\r]/g, char => escapes[char] ?? char).replaceAll(quote, `\\${quote}`);
	return quote + escaped + quote;
}

const escapes: Readonly<Record<string, string>> = {'\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r'};

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

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
	if (value === null) return 'none';
	if (Array.isArray(value)) return 'a list';
	if (isMapping(value)) return 'a mapping';
	if (typeof value === 'string') return 'a text';
	if (value instanceof Secret) return 'a secret';
	return `a ${typeof value}`;
}
