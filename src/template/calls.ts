import type {Position} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {
	type Compilation,
	compilePart,
	type Evaluate,
	limited,
	type Maker,
	positionOf,
	strictly,
} from './compilation.ts';
import {TemplateError} from './error.ts';
import {filters} from './filters.ts';
import {functions} from './functions.ts';
import {lookup} from './lookups.ts';
import {methods} from './methods.ts';
import {childrenOf, type Node, partOf} from './parse.ts';
import type {Scope} from './scope.ts';
import {bind, checkArguments, type TemplateFunction} from './signature.ts';
import {tests} from './tests.ts';
import {unknownIn} from './unknown.ts';
import {Unknown} from './value.ts';

/** Filters, tests, methods and functions. All names are resolved when the template is compiled. */
export const calls: Readonly<Record<string, Maker>> = {
	Filter(node, to) {
		const name = String(partOf(node, 'name').value);
		const position = positionOf(partOf(node, 'name'), to);
		const filter = known('filter', filters, name, position);
		const [input, ...given] = childrenOf(partOf(node, 'args'));
		if (input === undefined) throw new TemplateError(`the filter ${name} requires a value`, position);
		return called(`the filter ${name}`, filter, operand(input, filter, to), argumentsOf(given, to), position);
	},
	Is(node, to) {
		const right = partOf(node, 'right');
		const symbol = right.typename === 'FunCall' ? partOf(right, 'name') : right;
		const name = String(symbol.value);
		const position = positionOf(symbol, to);
		const test = known('test', tests, name, position);
		const given = argumentsOf(right.typename === 'FunCall' ? childrenOf(partOf(right, 'args')) : [], to);
		const left = partOf(node, 'left');
		const subject = operand(left, test, to);
		const evaluate = called(`the test ${name}`, test, subject, given, position);
		// A name that is certain to be set counts as defined even if its value is not known yet. A part of an unknown value
		// may or may not exist.
		if (!test.lenient || left.typename !== 'Symbol') return evaluate;
		return scope => {
			const value = subject(scope);
			const isSet = value instanceof Unknown && value.existence === 'certain';
			return isSet ? test.apply(null, {}, position) : evaluate(scope);
		};
	},
	FunCall(node, to) {
		const callee = partOf(node, 'name');
		const position = positionOf(callee, to);
		if (callee.typename === 'Symbol' && /^(lookup|query|q)$/.test(String(callee.value))) return lookup(node, to);
		if (callee.typename !== 'LookupVal' && callee.typename !== 'Symbol') {
			throw new TemplateError('this cannot be called', position);
		}
		const {positional, named} = argumentsOf(childrenOf(partOf(node, 'args')), to);
		const target = callee.typename === 'LookupVal' ? strictly(partOf(callee, 'target'), to) : undefined;
		const name = String(target === undefined ? callee.value : partOf(callee, 'val').value);
		const table = target === undefined ? functions : methods;
		const run = known(target === undefined ? 'function' : 'method', table, name, position);
		return scope => {
			const subject = target?.(scope);
			const given = positional.map(argument => argument(scope));
			const options = Object.fromEntries([...named].map(([option, argument]) => [option, argument(scope)]));
			const unknown = unknownIn([subject, ...given, ...Object.values(options)]);
			return unknown ?? limited(run(subject, given, options, position), scope, position);
		};
	},
};

type Arguments = {
	readonly nodes: readonly Node[];
	readonly positional: readonly Evaluate[];
	readonly named: ReadonlyMap<string, Evaluate>;
};

function argumentsOf(nodes: readonly Node[], to: Compilation): Arguments {
	const keywords = nodes.filter(({typename}) => typename === 'KeywordArgs').flatMap(childrenOf);
	const plain = nodes.filter(({typename}) => typename !== 'KeywordArgs');
	return {
		nodes: plain,
		positional: plain.map(node => strictly(node, to)),
		named: new Map(keywords.map(pair => [String(partOf(pair, 'key').value), strictly(partOf(pair, 'value'), to)])),
	};
}

/** The operand of a filter or test. A name tested for absence need not be in the scope. */
function operand(node: Node, {lenient}: TemplateFunction, to: Compilation): Evaluate {
	if (!lenient) return strictly(node, to);
	const roots: Compilation['roots'] = new Map();
	const evaluate = compilePart(node, {...to, roots});
	for (const [name, position] of roots) {
		to.guarded.add(name);
		if (!to.roots.has(name)) to.roots.set(name, position);
	}
	return evaluate;
}

function called(
	title: string,
	call: TemplateFunction,
	subject: Evaluate,
	given: Arguments,
	position: Position,
): Evaluate {
	const {positional, named, nodes} = given;
	checkArguments(title, call, positional.length, [...named.keys()], position);
	if (call.refers !== undefined) checkReference(call.refers, call, nodes, position);
	if (positional.length === 0 && named.size === 0) {
		const none = bind(call, [], {});
		return scope => applied(call, subject(scope), none, [], scope, position);
	}
	return scope => {
		const value = subject(scope);
		const values = positional.map(argument => argument(scope));
		const options = Object.fromEntries([...named].map(([name, argument]) => [name, argument(scope)]));
		return applied(call, value, bind(call, values, options), [...values, ...Object.values(options)], scope, position);
	};
}

function applied(
	call: TemplateFunction,
	value: unknown,
	args: ReturnType<typeof bind>,
	given: readonly unknown[],
	scope: Scope,
	position: Position,
): unknown {
	return unknownIn([value, ...given]) ?? limited(call.apply(scope.revealAll(value), args, position), scope, position);
}

/** `map('upper')`: a filter named by a string is also resolved when the template is compiled. */
function checkReference(
	{param, to}: NonNullable<TemplateFunction['refers']>,
	{params}: TemplateFunction,
	nodes: readonly Node[],
	position: Position,
): void {
	const node = nodes[params.indexOf(param)];
	if (node?.typename === 'Literal') known<unknown>(to, to === 'filter' ? filters : tests, String(node.value), position);
}

/** @throws TemplateError that suggests the closest spelling. */
function known<T>(kind: string, table: Readonly<Record<string, T>>, name: string, position: Position): T {
	const short = name.replace(/^ansible\.builtin\./, '');
	const found = Object.hasOwn(table, short) ? table[short] : undefined;
	if (found !== undefined) return found;
	const isTest = kind === 'filter' && Object.hasOwn(tests, name);
	throw new TemplateError(
		`unknown ${kind} '${name}'`,
		position,
		isTest ? `${name} is a test: use … is ${name}` : nearest(name, Object.keys(table)),
	);
}
