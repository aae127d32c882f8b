import type {Position} from '../errors.ts';
import {access, slice} from './access.ts';
import {TemplateError} from './error.ts';
import {filters} from './filters.ts';
import {functions} from './functions.ts';
import {methods} from './methods.ts';
import {nearest} from '../spelling/nearest.ts';
import {arithmetic, compare} from './operators.ts';
import {childrenOf, type Locate, type Node} from './parse.ts';
import type {Scope} from './scope.ts';
import {tests} from './tests.ts';
import {asText, isMapping, isTrue, Undefined, Unknown} from './value.ts';

/** A piece of a tree, ready to be evaluated. May give Undefined, which `strictly` turns into an error. */
export type Evaluate = (scope: Scope) => unknown;

/** What a compilation gathers beside the closure. */
export type Compilation = {
	readonly locate: Locate;
	/** The names that the expression takes from its scope, with where it does. */
	readonly roots: Map<string, Position>;
};

/** No text or list grows beyond this. */
const maxLength = 1_000_000;

/**
 * Turns the parser's tree into closures, once. Unknown filters, tests and functions are errors here, before anything
 * runs.
 *
 * @throws TemplateError
 */
export function compile(node: Node, to: Compilation): Evaluate {
	const make = makers[node.typename];
	if (make === undefined) throw new TemplateError(`${node.typename} is not supported in a template`, at(node, to));
	return make(node, to);
}

/** The same, for a place where a value must be there. */
function strictly(node: Node, to: Compilation): Evaluate {
	const evaluate = compile(node, to);
	return scope => defined(evaluate(scope), scope);
}

/** @throws TemplateError for a name that nobody has defined. */
export function defined(value: unknown, scope: Scope): unknown {
	if (!(value instanceof Undefined)) return value;
	const name = value.path.split('.').at(-1) ?? value.path;
	const known = value.known.length > 0 ? value.known : value.path.includes('.') ? [] : scope.names();
	throw new TemplateError(`'${value.path}' is undefined`, value.position, nearest(name, known));
}

const makers: Readonly<Record<string, (node: Node, to: Compilation) => Evaluate>> = {
	Root: many,
	NodeList: many,
	Output: many,
	TemplateData: node => () => node.value,
	Literal: node => () => node.value,
	Symbol(node, to) {
		const name = String(node.value);
		const position = at(node, to);
		if (!to.roots.has(name)) to.roots.set(name, position);
		return scope => {
			const found = scope.lookup(name);
			return found === undefined ? new Undefined(name, position, []) : found.value;
		};
	},
	LookupVal(node, to) {
		const target = compile(node.target as Node, to);
		const key = node.val as Node;
		const position = at(node, to);
		if (key.typename === 'Slice') return sliced(target, key, to);
		const evaluateKey = strictly(key, to);
		const path = pathOf(node);
		return scope => access(target(scope), evaluateKey(scope), path, position);
	},
	Group(node, to) {
		const [only, ...others] = childrenOf(node);
		return only !== undefined && others.length === 0 ? compile(only, to) : list(childrenOf(node), to);
	},
	Array: (node, to) => list(childrenOf(node), to),
	Dict(node, to) {
		const pairs = childrenOf(node).map(
			pair => [strictly(pair.key as Node, to), strictly(pair.value as Node, to)] as const,
		);
		return scope => {
			const entries = pairs.map(([key, value]) => [key(scope), value(scope)] as const);
			return unknownIn(entries.flat()) ?? Object.fromEntries(entries.map(([key, value]) => [String(key), value]));
		};
	},
	InlineIf(node, to) {
		const condition = strictly(node.cond as Node, to);
		const body = compile(node.body as Node, to);
		const otherwise = node.else_ ? compile(node.else_ as Node, to) : () => '';
		return scope => {
			const chosen = condition(scope);
			if (chosen instanceof Unknown) return chosen;
			return isTrue(chosen) ? body(scope) : otherwise(scope);
		};
	},
	And(node, to) {
		const left = strictly(node.left as Node, to);
		const right = strictly(node.right as Node, to);
		return scope => {
			const first = left(scope);
			if (first instanceof Unknown) {
				const second = right(scope);
				return !(second instanceof Unknown) && !isTrue(second) ? second : first;
			}
			return isTrue(first) ? right(scope) : first;
		};
	},
	Or(node, to) {
		const left = strictly(node.left as Node, to);
		const right = strictly(node.right as Node, to);
		return scope => {
			const first = left(scope);
			if (first instanceof Unknown) {
				const second = right(scope);
				return !(second instanceof Unknown) && isTrue(second) ? second : first;
			}
			return isTrue(first) ? first : right(scope);
		};
	},
	Not(node, to) {
		const target = strictly(node.target as Node, to);
		return scope => {
			const value = target(scope);
			return value instanceof Unknown ? value : !isTrue(value);
		};
	},
	Compare(node, to) {
		const first = strictly(node.expr as Node, to);
		const rest = (node.ops as readonly Node[]).map(operand => ({
			operator: String(operand.type),
			value: strictly(operand.expr as Node, to),
			position: at(operand, to),
		}));
		return scope => {
			let left = first(scope);
			for (const {operator, value, position} of rest) {
				const right = value(scope);
				if (left instanceof Unknown || right instanceof Unknown) return left instanceof Unknown ? left : right;
				if (!compare(operator, left, right, position)) return false;
				left = right;
			}
			return true;
		};
	},
	Concat: (node, to) => operands(node, to, (left, right, position) => limited(asText(left) + asText(right), position)),
	...Object.fromEntries(
		['Add', 'Sub', 'Mul', 'Div', 'FloorDiv', 'Mod', 'Pow'].map(name => [
			name,
			(node: Node, to: Compilation) =>
				operands(node, to, (left, right, position) => limited(arithmetic(name, left, right, position), position)),
		]),
	),
	Neg(node, to) {
		const target = strictly(node.target as Node, to);
		return scope => {
			const value = target(scope);
			return value instanceof Unknown ? value : -Number(value);
		};
	},
	Pos: (node, to) => strictly(node.target as Node, to),
	Is(node, to) {
		const right = node.right as Node;
		const symbol = right.typename === 'FunCall' ? (right.name as Node) : right;
		const name = symbol.value === null ? 'none' : String(symbol.value);
		const test = tests.get(name);
		if (test === undefined) throw unknownName('test', name, tests.keys(), at(symbol, to));
		const args = right.typename === 'FunCall' ? argumentsOf(right, to) : noArguments;
		const value = test.takesUndefined ? compile(node.left as Node, to) : strictly(node.left as Node, to);
		const position = at(node, to);
		return scope => {
			const subject = value(scope);
			const {positional, named} = args(scope);
			const unknown = test.takesUndefined ? undefined : unknownIn([subject, ...positional]);
			return unknown ?? test.holds(subject, positional, named, position);
		};
	},
	Filter(node, to) {
		const name = String((node.name as Node).value);
		const filter = filters.get(name);
		const position = at(node.name as Node, to);
		if (filter === undefined) throw unknownName('filter', name, filters.keys(), position);
		const [input, ...rest] = childrenOf(node.args as Node);
		if (input === undefined) throw new TemplateError(`${name} needs a value`, position);
		const value = filter.takesUndefined ? compile(input, to) : strictly(input, to);
		const args = listed(rest, to);
		return scope => {
			const subject = value(scope);
			const {positional, named} = args(scope);
			const unknown = unknownIn([subject, ...positional, ...Object.values(named)]);
			return unknown ?? limited(filter.apply(subject, positional, named, position), position);
		};
	},
	FunCall(node, to) {
		const callee = node.name as Node;
		const args = argumentsOf(node, to);
		const position = at(callee, to);
		if (callee.typename === 'LookupVal') return method(callee, args, position, to);
		const name = String(callee.value);
		const call = functions.get(name);
		if (call === undefined) throw unknownName('function', name, functions.keys(), position);
		return scope => {
			const {positional, named} = args(scope);
			return unknownIn(positional) ?? limited(call(positional, named, position), position);
		};
	},
	If(node, to) {
		const condition = strictly(node.cond as Node, to);
		const body = compile(node.body as Node, to);
		const otherwise = node.else_ ? compile(node.else_ as Node, to) : () => '';
		return scope => {
			const chosen = condition(scope);
			if (chosen instanceof Unknown) return chosen;
			return isTrue(chosen) ? body(scope) : otherwise(scope);
		};
	},
	For(node, to) {
		const items = strictly(node.arr as Node, to);
		const names = (node.name as Node).typename === 'Symbol' ? [node.name as Node] : childrenOf(node.name as Node);
		const inner: Compilation = {locate: to.locate, roots: new Map()};
		const body = compile(node.body as Node, inner);
		const otherwise = node.else_ ? compile(node.else_ as Node, to) : () => '';
		const own = new Set([...names.map(name => String(name.value)), 'loop']);
		for (const [name, position] of inner.roots) if (!own.has(name)) to.roots.set(name, position);
		const position = at(node, to);
		return scope => {
			const given = items(scope);
			if (given instanceof Unknown) return given;
			const all = Array.isArray(given) ? given : isMapping(given) ? Object.keys(given) : undefined;
			if (all === undefined) throw new TemplateError('a loop needs a list', position);
			if (all.length === 0) return otherwise(scope);
			const texts = all.map((item, index) => {
				const values = names.length === 1 ? [item] : (item as readonly unknown[]);
				const loop = {
					index: index + 1,
					index0: index,
					first: index === 0,
					last: index === all.length - 1,
					length: all.length,
				};
				const bound = Object.fromEntries(names.map((name, nth) => [String(name.value), values[nth]]));
				return body(scope.with({data: {...bound, loop}}));
			});
			return unknownIn(texts) ?? limited(texts.map(asText).join(''), position);
		};
	},
};

/** Several nodes as one text; a single one keeps its value. */
function many(node: Node, to: Compilation): Evaluate {
	const parts = childrenOf(node).map(child => strictly(child, to));
	const [only] = parts;
	if (parts.length === 1 && only !== undefined) return only;
	return scope => {
		const values = parts.map(part => part(scope));
		return unknownIn(values) ?? limited(values.map(asText).join(''), at(node, to));
	};
}

function list(nodes: readonly Node[], to: Compilation): Evaluate {
	const items = nodes.map(node => strictly(node, to));
	return scope => {
		const values = items.map(item => item(scope));
		return unknownIn(values) ?? values;
	};
}

function operands(
	node: Node,
	to: Compilation,
	operate: (left: unknown, right: unknown, position: Position) => unknown,
): Evaluate {
	const left = strictly(node.left as Node, to);
	const right = strictly(node.right as Node, to);
	const position = at(node, to);
	return scope => {
		const values = [left(scope), right(scope)] as const;
		return unknownIn(values) ?? operate(values[0], values[1], position);
	};
}

type Arguments = {readonly positional: readonly unknown[]; readonly named: Readonly<Record<string, unknown>>};

const noArguments = (): Arguments => ({positional: [], named: {}});

function argumentsOf(call: Node, to: Compilation): (scope: Scope) => Arguments {
	return listed(childrenOf(call.args as Node), to);
}

function listed(nodes: readonly Node[], to: Compilation): (scope: Scope) => Arguments {
	const positional = nodes.filter(node => node.typename !== 'KeywordArgs').map(node => strictly(node, to));
	const named = nodes
		.filter(node => node.typename === 'KeywordArgs')
		.flatMap(childrenOf)
		.map(pair => [String((pair.key as Node).value), strictly(pair.value as Node, to)] as const);
	if (positional.length === 0 && named.length === 0) return noArguments;
	return scope => ({
		positional: positional.map(evaluate => evaluate(scope)),
		named: Object.fromEntries(named.map(([name, evaluate]) => [name, evaluate(scope)])),
	});
}

function method(callee: Node, args: (scope: Scope) => Arguments, position: Position, to: Compilation): Evaluate {
	const target = strictly(callee.target as Node, to);
	const name = String((callee.val as Node).value);
	const call = methods.get(name);
	if (call === undefined) throw unknownName('method', name, methods.keys(), position);
	return scope => {
		const subject = target(scope);
		const {positional} = args(scope);
		return unknownIn([subject, ...positional]) ?? limited(call(subject, positional, position), position);
	};
}

function sliced(target: Evaluate, key: Node, to: Compilation): Evaluate {
	const [start, stop, step] = ['start', 'stop', 'step'].map(name => strictly(key[name] as Node, to));
	return scope => {
		const subject = defined(target(scope), scope);
		return subject instanceof Unknown ? subject : slice(subject, start?.(scope), stop?.(scope), step?.(scope));
	};
}

function unknownIn(values: readonly unknown[]): Unknown | undefined {
	return values.find(value => value instanceof Unknown) as Unknown | undefined;
}

function limited(value: unknown, position: Position): unknown {
	if ((typeof value === 'string' || Array.isArray(value)) && value.length > maxLength) {
		throw new TemplateError(`the value grows beyond ${maxLength}`, position);
	}
	return value;
}

function unknownName(kind: string, name: string, known: Iterable<string>, position: Position): TemplateError {
	return new TemplateError(`there is no ${kind} '${name}'`, position, nearest(name, [...known]));
}

/** `vm.disks.0` for messages. */
function pathOf(node: Node): string {
	if (node.typename === 'Symbol') return String(node.value);
	if (node.typename !== 'LookupVal') return '…';
	const key = node.val as Node;
	return `${pathOf(node.target as Node)}.${key.typename === 'Literal' ? key.value : '…'}`;
}

function at(node: Node, {locate}: Compilation): Position {
	return locate(node.lineno, node.colno);
}
