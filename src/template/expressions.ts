import {access, slice} from './access.ts';
import {
	type Compilation,
	compilePart,
	defined,
	type Evaluate,
	limited,
	type Maker,
	positionOf,
	strictly,
} from './compilation.ts';
import {TemplateError} from './error.ts';
import {type ArithmeticOperator, arithmetic, compare} from './operators.ts';
import {childrenOf, type Node, partOf} from './parse.ts';
import {markUnknown, unknownIn} from './unknown.ts';
import {asText, isTrue, kindOf, NoElse, Omitted, Undefined, Unknown} from './value.ts';

const omitted = new Omitted();

/** Expressions that yield a value: literals, names, attributes and operators. */
export const expressions: Readonly<Record<string, Maker>> = {
	Literal: node => () => node.value,
	Symbol(node, to) {
		const name = String(node.value);
		if (name === 'omit') return () => omitted;
		const position = positionOf(node, to);
		if (!to.bound.has(name) && !to.roots.has(name)) to.roots.set(name, position);
		return scope => {
			const found = scope.lookup(name);
			if (found !== undefined) return scope.reveal(found.value);
			return new Undefined(`'${name}' is undefined`, position, {name, known: []});
		};
	},
	LookupVal(node, to) {
		const target = compilePart(partOf(node, 'target'), to);
		const key = partOf(node, 'val');
		const position = positionOf(node, to);
		if (key.typename === 'Slice') return sliced(target, key, to);
		const path = pathOf(node);
		const keyValue = strictly(key, to);
		return scope => scope.reveal(access(target(scope), keyValue(scope), path, position));
	},
	Group: (node, to) => compilePart(childrenOf(node)[0] ?? node, to),
	Array(node, to) {
		const items = childrenOf(node).map(item => strictly(item, to));
		return scope => {
			const values = items.map(item => item(scope));
			return markUnknown(values, values);
		};
	},
	Dict(node, to) {
		const pairs = childrenOf(node).map(
			pair => [strictly(partOf(pair, 'key'), to), strictly(partOf(pair, 'value'), to)] as const,
		);
		return scope => {
			const entries = pairs.map(([key, value]) => [key(scope), value(scope)] as const);
			const unknownKey = unknownIn(entries.map(([key]) => key));
			if (unknownKey !== undefined) return unknownKey;
			const mapping = Object.fromEntries(entries.map(([key, value]) => [asText(key), value]));
			return markUnknown(mapping, Object.values(mapping));
		};
	},
	InlineIf(node, to) {
		const position = positionOf(node, to);
		const nothing = new NoElse('the condition is false and there is no else', position);
		return choice(node, to, () => nothing);
	},
	And: (node, to) => logical(node, to, false),
	Or: (node, to) => logical(node, to, true),
	Not(node, to) {
		const target = strictly(partOf(node, 'target'), to);
		return scope => {
			const value = target(scope);
			return value instanceof Unknown ? value : !isTrue(value);
		};
	},
	Compare(node, to) {
		const first = strictly(partOf(node, 'expr'), to);
		const rest = (node.ops as readonly Node[]).map(operand => ({
			operator: String(operand.type),
			value: strictly(partOf(operand, 'expr'), to),
			position: positionOf(operand, to),
		}));
		return scope => {
			let left = first(scope);
			for (const {operator, value, position} of rest) {
				const right = value(scope);
				const unknown = unknownIn([left, right]);
				if (unknown !== undefined) return unknown;
				if (!compare(operator, left, right, position)) return false;
				left = right;
			}
			return true;
		};
	},
	Concat: (node, to) => operands(node, to, (left, right) => asText(left) + asText(right)),
	...Object.fromEntries(
		(['Add', 'Sub', 'Mul', 'Div', 'FloorDiv', 'Mod', 'Pow'] as const).map((operator: ArithmeticOperator) => [
			operator,
			(node: Node, to: Compilation) => {
				const position = positionOf(node, to);
				return operands(node, to, (left, right) => arithmetic(operator, left, right, position));
			},
		]),
	),
	Neg: (node, to) => signed(node, to, number => -number),
	Pos: (node, to) => signed(node, to, number => number),
};

/** A conditional expression. */
export function choice(node: Node, to: Compilation, otherwise: Evaluate): Evaluate {
	const condition = strictly(partOf(node, 'cond'), to);
	const body = compilePart(partOf(node, 'body'), to);
	const other = node.else_ ? compilePart(partOf(node, 'else_'), to) : otherwise;
	return scope => {
		const chosen = condition(scope);
		if (chosen instanceof Unknown) return chosen;
		return isTrue(chosen) ? body(scope) : other(scope);
	};
}

/** `and` and `or`, with short circuit. A known operand that decides the result does so even if the other is unknown. */
function logical(node: Node, to: Compilation, deciding: boolean): Evaluate {
	const left = strictly(partOf(node, 'left'), to);
	const right = strictly(partOf(node, 'right'), to);
	return scope => {
		const first = left(scope);
		if (!(first instanceof Unknown)) return isTrue(first) === deciding ? first : right(scope);
		const second = right(scope);
		return second instanceof Unknown || isTrue(second) !== deciding ? first : second;
	};
}

function operands(node: Node, to: Compilation, operate: (left: unknown, right: unknown) => unknown): Evaluate {
	const left = strictly(partOf(node, 'left'), to);
	const right = strictly(partOf(node, 'right'), to);
	const position = positionOf(node, to);
	return scope => {
		const values = [left(scope), right(scope)] as const;
		return unknownIn(values) ?? limited(operate(values[0], values[1]), scope, position);
	};
}

function signed(node: Node, to: Compilation, change: (number: number) => number): Evaluate {
	const target = strictly(partOf(node, 'target'), to);
	const position = positionOf(node, to);
	return scope => {
		const value = target(scope);
		if (value instanceof Unknown) return value;
		if (typeof value === 'number') return change(value);
		throw new TemplateError(`${kindOf(value)} cannot have a sign`, position, 'convert it: | int');
	};
}

function sliced(target: Evaluate, key: Node, to: Compilation): Evaluate {
	const bounds = ['start', 'stop', 'step'].map(name => strictly(partOf(key, name), to));
	const position = positionOf(key, to);
	return scope => {
		const subject = defined(target(scope), scope);
		const values = bounds.map(bound => bound(scope));
		return unknownIn([subject, ...values]) ?? slice(subject, values, position);
	};
}

/** `vm.disks.0` for messages. */
function pathOf(node: Node): string {
	if (node.typename === 'Symbol') return String(node.value);
	if (node.typename !== 'LookupVal') return '…';
	const key = partOf(node, 'val');
	return `${pathOf(partOf(node, 'target'))}.${key.typename === 'Literal' ? key.value : '…'}`;
}
