import type {Position} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {TemplateError} from './error.ts';
import type {Locate, Node} from './parse.ts';
import type {Scope} from './scope.ts';
import {SourcePosition} from './source-position.ts';
import {Excess, maxLength, Undefined} from './value.ts';

/** A piece of a tree, ready to be evaluated. May give Undefined, which `strictly` turns into an error. */
export type Evaluate = (scope: Scope) => unknown;

/** What a compilation knows and gathers. */
export type Compilation = {
	readonly locate: Locate;
	/** The names that the expression takes from its scope, with where it does first. */
	readonly roots: Map<string, Position>;
	/** Those that may be undefined: it asks before, or has a default. */
	readonly guarded: Set<string>;
	/** Names that a loop around binds. */
	readonly bound: ReadonlySet<string>;
	/** Compiles a part of the tree. */
	readonly compile: Maker;
};

export type Maker = (node: Node, to: Compilation) => Evaluate;

/** Compiles a part of a tree. Its value may be Undefined. @throws TemplateError */
export function compilePart(node: Node, to: Compilation): Evaluate {
	return to.compile(node, to);
}

/** Compiles a part of a tree that must have a value: evaluating it throws TemplateError where it has none. */
export function strictly(node: Node, to: Compilation): Evaluate {
	const evaluate = compilePart(node, to);
	if (node.typename === 'Literal' || node.typename === 'TemplateData') return evaluate;
	return scope => defined(evaluate(scope), scope);
}

/** @throws TemplateError for a value that is not there. */
export function defined(value: unknown, scope: Scope): unknown {
	if (!(value instanceof Undefined)) return value;
	const {message, position, spelling} = value;
	const hint =
		spelling === undefined ? undefined : nearest(spelling.name, [...spelling.known, ...scopeNames(spelling, scope)]);
	throw new TemplateError(message, position, hint);
}

/** A name without a mapping around it is looked for in the scope. */
function scopeNames({known}: {readonly known: readonly string[]}, scope: Scope): readonly string[] {
	return known.length === 0 ? scope.names() : [];
}

/** Holds what an operation gives to the limits. @throws TemplateError, Excess */
export function limited(value: unknown, scope: Scope, position: Position): unknown {
	if (typeof value === 'number' && !Number.isFinite(value)) throw new TemplateError('this is no number', position);
	if (typeof value !== 'string' && !Array.isArray(value)) return value;
	if (value.length > maxLength) throw new Excess(`the value grows beyond ${maxLength}`);
	scope.spend(value.length >> 6);
	return value;
}

export function positionOf(node: Node, {locate}: Compilation): Position {
	return new SourcePosition(() => locate(node.lineno, node.colno));
}
