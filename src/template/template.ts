import type {Position} from '../errors.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {type Compilation, compile, defined, type Evaluate} from './compile.ts';
import {TemplateError} from './error.ts';
import {kindOf} from './operators.ts';
import {bareShift, type Locate, parseExpression, parseTemplate} from './parse.ts';
import type {Scope} from './scope.ts';
import {isMapping, Unknown} from './value.ts';

/** Data that may hold expressions, read once. */
export interface Template {
	/** Holds no expression: evaluates to what was written. */
	readonly constant: boolean;
	/** The names that it takes from its scope, with where it does first. */
	readonly roots: ReadonlyMap<string, Position>;
	/**
	 * Its value. A text that is one expression alone keeps the expression's type.
	 *
	 * @throws TemplateError with the position, for a name that is not defined and for all that has no value.
	 */
	evaluate(scope: Scope): unknown;
	/** The error of a variable whose value depends on itself. */
	loop(name: string): TemplateError;
}

/** Finds the position of a part of the data by its JSON pointer. */
export type At = (pointer: string) => Position;

/** @throws TemplateError for a text that is no template, and for unknown filters, tests and functions. */
export function compileTemplate(data: unknown, at: At, pointer = ''): Template {
	const roots = new Map<string, Position>();
	const evaluate = compileData(data, at, pointer, roots);
	return {
		constant: evaluate === undefined,
		roots,
		evaluate: evaluate ?? (() => data),
		loop: name => new TemplateError(`the value of '${name}' depends on itself`, at(pointer)),
	};
}

/** Undefined for data without expressions, so that it is handed on as it is. */
function compileData(data: unknown, at: At, pointer: string, roots: Map<string, Position>): Evaluate | undefined {
	if (typeof data === 'string') {
		if (!data.includes('{{') && !data.includes('{%')) return undefined;
		return strict(
			compile(parseTemplate(data, locateIn(data, at(pointer), 0)), {locate: locateIn(data, at(pointer), 0), roots}),
		);
	}
	if (Array.isArray(data)) {
		const items = data.map((item, index) => compileData(item, at, pointer + pointerPart(index), roots));
		if (items.every(item => item === undefined)) return undefined;
		return scope => data.map((item, index) => items[index]?.(scope) ?? item);
	}
	if (!isMapping(data)) return undefined;
	const entries = Object.entries(data).map(
		([key, item]) => [key, item, compileData(item, at, pointer + pointerPart(key), roots)] as const,
	);
	if (entries.every(([, , item]) => item === undefined)) return undefined;
	return scope => Object.fromEntries(entries.map(([key, item, evaluate]) => [key, evaluate ? evaluate(scope) : item]));
}

function strict(evaluate: Evaluate): Evaluate {
	return scope => defined(evaluate(scope), scope);
}

/** A bare expression that must be true or false. */
export interface Condition {
	readonly text: string;
	readonly roots: ReadonlyMap<string, Position>;
	/** @throws TemplateError for a value that is neither true nor false. */
	test(scope: Scope): boolean | Unknown;
}

/** @throws TemplateError */
export function compileCondition(written: string | boolean, position: Position): Condition {
	const text = String(written);
	const roots = new Map<string, Position>();
	const compilation: Compilation = {locate: locateIn(text, position, bareShift), roots};
	if (/^\s*\{\{/.test(text)) {
		throw new TemplateError('a condition is an expression by itself', position, 'write it without {{ }}');
	}
	const evaluate = strict(compile(parseExpression(text, compilation.locate), compilation));
	return {
		text,
		roots,
		test(scope) {
			const value = evaluate(scope);
			if (typeof value === 'boolean' || value instanceof Unknown) return value;
			throw new TemplateError(`a condition must be true or false, this is ${kindOf(value)}`, position, hintFor(value));
		},
	};
}

function hintFor(value: unknown): string {
	if (typeof value === 'string') return 'compare it, or convert it: … | bool';
	return Array.isArray(value) || isMapping(value) ? 'write … | length > 0' : 'compare it: … != 0';
}

/** Columns can be told within a text of one line; in a longer one the position is where it begins. */
function locateIn(text: string, start: Position, shift: number): Locate {
	const single = !text.trimEnd().includes('\n');
	return (_line, column) => (single ? {...start, column: start.column + Math.max(0, column - shift)} : start);
}
