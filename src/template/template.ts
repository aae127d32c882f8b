import type {Position} from '../errors.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {type Compilation, defined, type Evaluate} from './compilation.ts';
import {compile} from './compile.ts';
import {TemplateError} from './error.ts';
import type {Backslashes} from './lexer.ts';
import {type Locate, parseExpression, parseTemplate} from './parse.ts';
import type {Evaluable, Scope} from './scope.ts';
import {hideTexts} from './secrets.ts';
import {SourcePosition} from './source-position.ts';
import {markUnknown} from './unknown.ts';
import {Excess, isMapping, kindOf, maxLength, Omitted, Unknown, Verbatim} from './value.ts';

/** The names that an expression reads from its scope. */
export type TemplateNames = {
	/** Names that must be defined, with the position of their first use. */
	readonly roots: ReadonlyMap<string, Position>;
	/** Names that may be undefined, because the expression tests for them with `is defined` or has a default. */
	readonly guarded: ReadonlySet<string>;
};

/** Data that may contain expressions, compiled. */
export type Template = TemplateNames & Evaluable;

/** A bare expression that must be true or false. */
export type Condition = TemplateNames & {
	readonly text: string;
	/** @throws TemplateError for a value that is not a boolean. */
	test(scope: Scope): boolean | Unknown;
};

/** Returns the position of a part of the data by its JSON pointer, or of a character of a string there. */
export type PositionAt = (pointer: string, index?: number) => Position;

/**
 * @param backslashes As in Ansible, a backslash in a string within {{ }} stands for itself.
 * @throws TemplateError for a syntax error and for unknown filters, tests and functions.
 */
export function compileTemplate(
	data: unknown,
	at: PositionAt,
	pointer = '',
	backslashes: Backslashes = 'keep',
): Template {
	const names = new Gathered(backslashes);
	const evaluate = compileData(data, at, pointer, names);
	const position = new SourcePosition(() => at(pointer));
	return {
		constant: evaluate === undefined,
		...names.summary(),
		evaluate: evaluate === undefined ? () => data : scope => scope.evaluate(position, () => within(evaluate(scope))),
		loop: name => new TemplateError(`the value of '${name}' depends on itself`, position),
	};
}

/**
 * @param at The position of a character of the text.
 * @throws TemplateError for an invalid expression.
 */
export function compileCondition(written: string | boolean, at: (index?: number) => Position): Condition {
	const text = String(written);
	const names = new Gathered('escape');
	const locate = locateIn(text, at);
	const position = new SourcePosition(at);
	if (/^\s*\{\{/.test(text))
		throw new TemplateError('a condition is already an expression', position, 'write it without {{ }}');
	const evaluate = read(position, () => compile(parseExpression(text, locate), names.compilation(locate)));
	return {
		text,
		...names.summary(),
		test: scope =>
			scope.evaluate(position, () => {
				const value = defined(evaluate(scope), scope);
				if (typeof value === 'boolean' || value instanceof Unknown) return value;
				throw new TemplateError(`a condition must be true or false, got ${kindOf(value)}`, position, hintFor(value));
			}),
	};
}

/** A value that is never evaluated as a template. */
export function literal(value: unknown): Template {
	return {
		constant: true,
		roots: new Map(),
		guarded: new Set(),
		evaluate: () => value,
		loop: name => {
			throw new TypeError(`'${name}' depends on nothing`);
		},
	};
}

class Gathered {
	/** Within {{ }}. */
	readonly backslashes: Backslashes;
	readonly #roots = new Map<string, Position>();
	readonly #guarded = new Set<string>();

	constructor(backslashes: Backslashes) {
		this.backslashes = backslashes;
	}

	compilation(locate: Locate): Compilation {
		return {locate, roots: this.#roots, guarded: this.#guarded, bound: new Set(), compile};
	}

	summary(): TemplateNames {
		return {
			roots: new Map([...this.#roots].filter(([name]) => !this.#guarded.has(name))),
			guarded: this.#guarded,
		};
	}
}

/** Returns undefined for data without expressions, which is passed on unchanged. */
function compileData(data: unknown, at: PositionAt, pointer: string, names: Gathered): Evaluate | undefined {
	if (typeof data === 'string') return compileText(data, at, pointer, names);
	if (data instanceof Verbatim) return data.value;
	if (Array.isArray(data)) {
		const items = data.map((item, index) => compileData(item, at, pointer + pointerPart(index), names));
		if (items.every(item => item === undefined)) return undefined;
		return scope => {
			const values = data.map((item, index) => (items[index] === undefined ? item : items[index](scope)));
			return markUnknown(
				values.filter(value => !(value instanceof Omitted)),
				values,
			);
		};
	}
	if (!isMapping(data)) return undefined;
	const entries = Object.entries(data).map(
		([key, item]) => [key, item, compileData(item, at, pointer + pointerPart(key), names)] as const,
	);
	if (entries.every(([, , evaluate]) => evaluate === undefined)) return undefined;
	return scope => {
		const values = entries.map(
			([key, item, evaluate]) => [key, evaluate === undefined ? item : evaluate(scope)] as const,
		);
		return markUnknown(
			Object.fromEntries(values.filter(([, value]) => !(value instanceof Omitted))),
			values.map(([, value]) => value),
		);
	};
}

function compileText(text: string, at: PositionAt, pointer: string, names: Gathered): Evaluate | undefined {
	if (!/\{[{%#]/.test(text)) return undefined;
	const locate = locateIn(text, index => at(pointer, index));
	const evaluate = read(new SourcePosition(() => at(pointer)), () =>
		compile(parseTemplate(text, locate, names.backslashes), names.compilation(locate)),
	);
	return scope => {
		const before = scope.secretsRead;
		const value = defined(evaluate(scope), scope);
		return scope.secretsRead === before ? value : hideTexts(value);
	};
}

/** A tree can be nested too deeply for recursion. */
function read(position: Position, make: () => Evaluate): Evaluate {
	try {
		return make();
	} catch (error) {
		if (error instanceof RangeError) throw new TemplateError('the expression is nested too deeply', position);
		throw error;
	}
}

/** Converts the parser's line and column to the index of a character, by which positions in a file are looked up. */
function locateIn(text: string, at: (index: number) => Position): Locate {
	const starts = [0];
	for (let next = text.indexOf('\n'); next >= 0; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
	return (line, column) => at((starts[line] ?? 0) + column);
}

/** @throws Excess for a value with too many elements; shared elements count each time. */
function within(value: unknown): unknown {
	let left = maxLength;
	const count = (part: unknown): void => {
		if (left-- <= 0) throw new Excess(`the value exceeds the limit of ${maxLength} elements`);
		if (Array.isArray(part)) part.forEach(count);
		else if (isMapping(part)) Object.values(part).forEach(count);
	};
	if (typeof value === 'object') count(value);
	return value;
}

function hintFor(value: unknown): string {
	if (typeof value === 'string') return 'compare it or convert it: … | bool';
	return Array.isArray(value) || isMapping(value) ? 'use … | length > 0' : 'compare it: … != 0';
}
