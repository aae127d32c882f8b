import type {Position} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {TemplateError} from './error.ts';
import type {Locate, Node} from './parse.ts';
import type {Scope} from './scope.ts';
import {SourcePosition} from './source-position.ts';
import {Excess, maxLength, NoElse, Undefined} from './value.ts';

/** A compiled part of a tree. May return Undefined, which `strictly` turns into an error. */
export type Evaluate = (scope: Scope) => unknown;

/** The state of a compilation: its input and what it collects. */
export type Compilation = {
	readonly locate: Locate;
	/** The names that the expression reads from its scope, with the position of the first use. */
	readonly roots: Map<string, Position>;
	/** The names that may be undefined, because the expression tests for them or has a default. */
	readonly guarded: Set<string>;
	/** Names bound by an enclosing loop. */
	readonly bound: ReadonlySet<string>;
	/** Compiles a part of the tree. */
	readonly compile: Maker;
};

export type Maker = (node: Node, to: Compilation) => Evaluate;

/** Compiles a part of a tree. Its value may be Undefined. @throws TemplateError */
export function compilePart(node: Node, to: Compilation): Evaluate {
	return to.compile(node, to);
}

/** Compiles an expression that must have a value when it is evaluated. */
export function strictly(node: Node, to: Compilation): Evaluate {
	const evaluate = compilePart(node, to);
	if (node.typename === 'Literal' || node.typename === 'TemplateData') return evaluate;
	return scope => defined(evaluate(scope), scope);
}

/** @throws TemplateError for an undefined value. */
export function defined(value: unknown, scope: Scope): unknown {
	if (!(value instanceof Undefined)) return value;
	if (value instanceof NoElse) return '';
	const {message, position, spelling} = value;
	const hint =
		spelling === undefined ? undefined : nearest(spelling.name, [...spelling.known, ...scopeNames(spelling, scope)]);
	throw new TemplateError(message, position, hint);
}

/** A name without an enclosing mapping is looked up in the scope. */
function scopeNames({known}: {readonly known: readonly string[]}, scope: Scope): readonly string[] {
	return known.length === 0 ? scope.names() : [];
}

/** Checks the result of an operation against the limits. @throws TemplateError, Excess */
export function limited(value: unknown, scope: Scope, position: Position): unknown {
	if (typeof value === 'number' && !Number.isFinite(value))
		throw new TemplateError('the result is not a finite number', position);
	if (typeof value !== 'string' && !Array.isArray(value)) return value;
	if (value.length > maxLength) throw new Excess(`the value exceeds the limit of ${maxLength}`);
	scope.spend(value.length >> 6);
	return value;
}

export function positionOf(node: Node, {locate}: Compilation): Position {
	return new SourcePosition(() => locate(node.lineno, node.colno));
}
