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
import {choice} from './expressions.ts';
import {isNamespace} from './namespace.ts';
import {childrenOf, type Node, partOf} from './parse.ts';
import type {Scope} from './scope.ts';
import {unknownIn} from './unknown.ts';
import {asText, isMapping, isTrue, kindOf, Omitted, Unknown} from './value.ts';

/** Text and `{% … %}`. */
export const statements: Readonly<Record<string, Maker>> = {
	Root: root,
	NodeList: joined,
	Output: joined,
	TemplateData: node => () => node.value,
	If: (node, to) => choice(node, to, () => ''),
	For: loop,
	Set: assignment,
};

/** A whole template. Names that it sets itself are not required from its scope. */
function root(node: Node, to: Compilation): Evaluate {
	const names = assigned(node);
	if (names.length === 0) return joined(node, to);
	const body = joined(node, {...to, bound: new Set([...to.bound, ...names])});
	return scope => body(scope.framed());
}

/** The names set in a node, except those set inside its loops. */
function assigned(node: Node): readonly string[] {
	if (node.typename === 'Set') {
		return (node.targets as readonly Node[]).flatMap(target =>
			target.typename === 'Symbol' ? [String(target.value)] : [],
		);
	}
	if (node.typename === 'For') return [];
	const parts = [...(childrenOf(node) ?? []), node.body, node.else_] as readonly (Node | null | undefined)[];
	return parts.flatMap(part => (part ? assigned(part) : []));
}

/** `{% set name = value %}`, `{% set name %}text{% endset %}`, `{% set space.name = value %}`. */
function assignment(node: Node, to: Compilation): Evaluate {
	const [target, ...others] = node.targets as readonly Node[];
	const position = positionOf(node, to);
	if (target === undefined || others.length > 0) throw new TemplateError('set takes exactly one name', position);
	const value = node.value
		? strictly(partOf(node, 'value'), to)
		: compilePart(partOf(partOf(node, 'body'), 'body'), to);
	if (target.typename === 'Symbol') {
		const name = String(target.value);
		return scope => {
			scope.assign(name, value(scope));
			return '';
		};
	}
	if (target.typename !== 'LookupVal') throw new TemplateError('this cannot be assigned to', position);
	const holder = strictly(partOf(target, 'target'), to);
	const key = strictly(partOf(target, 'val'), to);
	return scope => {
		const space = holder(scope);
		if (!isNamespace(space)) throw new TemplateError('only a namespace() can be modified', position);
		Object.defineProperty(space, asText(key(scope)), {
			value: value(scope),
			enumerable: true,
			configurable: true,
			writable: true,
		});
		return '';
	};
}

/** Joins nodes to a string; a single node keeps the type of its value. None becomes an empty string, as in Ansible. */
function joined(node: Node, to: Compilation): Evaluate {
	const parts = childrenOf(node).map(child => strictly(child, to));
	const [only] = parts;
	if (only === undefined) return () => '';
	if (parts.length === 1) return only;
	const position = positionOf(node, to);
	return scope => {
		const values = parts.map(part => part(scope));
		return unknownIn(values) ?? limited(values.map(inText).join(''), scope, position);
	};
}

function inText(value: unknown): string {
	return value === null || value instanceof Omitted ? '' : asText(value);
}

/** `{% for name, … in list if condition %} … {% else %} … {% endfor %}`. */
function loop(node: Node, to: Compilation): Evaluate {
	const position = positionOf(node, to);
	const names = namesOf(partOf(node, 'name'), to);
	const inner: Compilation = {
		...to,
		bound: new Set([...to.bound, ...names, 'loop', ...assigned(partOf(node, 'body'))]),
	};
	const {list, condition} = filtered(partOf(node, 'arr'));
	const items = strictly(list, to);
	const wanted = condition === undefined ? () => true : strictly(condition, inner);
	const body = compilePart(partOf(node, 'body'), inner);
	const otherwise = node.else_ ? compilePart(partOf(node, 'else_'), to) : () => '';
	return scope => {
		const given = items(scope);
		if (given instanceof Unknown) return given;
		const all = Array.isArray(given) ? given : isMapping(given) ? Object.keys(given) : undefined;
		if (all === undefined) throw new TemplateError(`a loop requires a list, got ${kindOf(given)}`, position);
		const rounds = all.map(item => round(names, item, scope, position));
		const conditions = rounds.map(wanted);
		const chosen = rounds.filter((_, index) => isTrue(conditions[index]));
		if (chosen.length === 0 && unknownIn(conditions) === undefined) return otherwise(scope);
		const taken = conditions.flatMap((condition, index) => (isTrue(condition) ? [all[index]] : []));
		const depth = depthOf(scope) + 1;
		const texts = chosen.map((inside, index) =>
			body(
				inside.with({
					data: {loop: {...counters(index, chosen.length), ...neighbours(index, taken), depth, depth0: depth - 1}},
				}),
			),
		);
		return unknownIn([...conditions, ...texts]) ?? limited(texts.map(inText).join(''), scope, position);
	};
}

/** The library parses `list if condition` as a conditional expression without else. */
function filtered(list: Node): {readonly list: Node; readonly condition?: Node} {
	if (list.typename !== 'InlineIf' || list.else_) return {list};
	return {list: partOf(list, 'body'), condition: partOf(list, 'cond')};
}

function namesOf(target: Node, to: Compilation): readonly string[] {
	const names = target.typename === 'Symbol' ? [target] : childrenOf(target);
	if (names.every(({typename}) => typename === 'Symbol')) return names.map(({value}) => String(value));
	throw new TemplateError('the target of a loop must be a name', positionOf(target, to));
}

/** The scope of one iteration, with the names that it binds. */
function round(names: readonly string[], item: unknown, scope: Scope, position: ReturnType<typeof positionOf>): Scope {
	scope.spend(1);
	const [only] = names;
	if (only !== undefined && names.length === 1) return scope.framed({[only]: item});
	if (item instanceof Unknown) return scope.framed(Object.fromEntries(names.map(name => [name, item])));
	if (!Array.isArray(item) || item.length !== names.length) {
		throw new TemplateError(`cannot unpack ${kindOf(item)} into ${names.length} names: ${names.join(', ')}`, position);
	}
	return scope.framed(Object.fromEntries(names.map((name, index) => [name, item[index]])));
}

function counters(index: number, length: number) {
	return {
		index: index + 1,
		index0: index,
		revindex: length - index,
		revindex0: length - index - 1,
		first: index === 0,
		last: index === length - 1,
		length,
	};
}

/** Undefined before the first and after the last item. */
function neighbours(index: number, items: readonly unknown[]) {
	return {
		...(index === 0 ? {} : {previtem: items[index - 1]}),
		...(index === items.length - 1 ? {} : {nextitem: items[index + 1]}),
	};
}

/** How many loops enclose this one. */
function depthOf(scope: Scope): number {
	const around = scope.lookup('loop')?.value;
	return isMapping(around) && typeof around.depth === 'number' ? around.depth : 0;
}
