import type {Position} from '../errors.ts';
import {Secret} from '../shell/secret.ts';

/**
 * A value that is not known before the run, such as the result of a write or of a remote command. Every value computed
 * from it is unknown as well.
 */
export class Unknown {
	constructor(
		/** Its origin, for the plan. */
		readonly of: string,
		/** Whether the name that has it is certain to have a value when the time comes. */
		readonly existence: 'certain' | 'uncertain' = 'certain',
	) {}
}

/** Stands for a missing value. Only `is defined` and `default` accept it. */
export class Undefined {
	constructor(
		/** `'vm.memroy' is undefined`. */
		readonly message: string,
		readonly position: Position,
		/** The name that was looked up, and the names that exist. */
		readonly spelling?: {readonly name: string; readonly known: readonly string[]},
	) {}
}

/** `value if condition` whose condition is false: undefined for a test or a default, else an empty string. */
export class NoElse extends Undefined {}

/** The value of `omit`: a parameter set to it is omitted. */
export class Omitted {}

/**
 * A part of the data that is not parsed as a template: a string marked as unsafe, or an encrypted one. Printed as `***`
 * unless it may be shown.
 */
export class Verbatim {
	constructor(
		/** Returns its value, or throws TemplateError. */
		readonly value: () => unknown,
		/** What may be shown of it. */
		private readonly shown: string = '***',
	) {}

	toString(): string {
		return this.shown;
	}

	toJSON(): string {
		return this.shown;
	}
}

/** A value exceeds the limits of an evaluation. */
export class Excess extends Error {}

/** The limit of a string in characters and of any other value in elements. */
export const maxLength = 1_000_000;

/** Whether this is a data mapping: neither a list nor an instance of a class in this file. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

/** Formats a value within a string as Jinja2 (Python) does: `True`, `None`, `['a', 1]`. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return numberText(value);
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
		if (length > maxLength) throw new Excess(`the string exceeds the limit of ${maxLength} characters`);
		pieces.push(text);
	}
}

/** As Python prints it: small numbers with an exponent of at least two digits. */
function numberText(value: number): string {
	if (value !== 0 && Math.abs(value) < 1e-4) {
		return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
	}
	return String(value);
}

function literal(value: unknown): string {
	if (typeof value === 'number') return numberText(value);
	if (value === null) return 'None';
	if (value === true) return 'True';
	if (value === false) return 'False';
	if (typeof value !== 'string') return String(value);
	const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
	const escaped = value.replaceAll(/[\\\n\t\r]/g, char => escapes[char] ?? char).replaceAll(quote, `\\${quote}`);
	return quote + escaped + quote;
}

const escapes: Readonly<Record<string, string>> = {'\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r'};

/** Truth as in Jinja2: empty values are false. */
export function isTrue(value: unknown): boolean {
	if (Array.isArray(value)) return value.length > 0;
	if (isMapping(value)) return Object.keys(value).length > 0;
	return Boolean(value);
}

/** Equality by value, as Python's `==`. */
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

/** The type of a value, for messages. */
export function kindOf(value: unknown): string {
	if (value === null) return 'none';
	if (Array.isArray(value)) return 'a list';
	if (isMapping(value)) return 'a mapping';
	if (typeof value === 'string') return 'a string';
	if (value instanceof Secret) return 'a secret';
	return `a ${typeof value}`;
}
