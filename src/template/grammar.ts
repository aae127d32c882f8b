import type {Token} from '@11ty/nunjucks/src/lexer.js';
import nodes, {type Node} from '@11ty/nunjucks/src/nodes.js';
import library from '@11ty/nunjucks/src/parser.js';
import {type Backslashes, JinjaTokens} from './lexer.ts';
import {SyntaxProblem} from './syntax-problem.ts';
import {spelled} from './token-names.ts';

/** Parses a template into the library's tree. @throws SyntaxProblem */
export function parseJinja(text: string, backslashes?: Backslashes): Node {
	return reading(() => new JinjaParser(new JinjaTokens(text, backslashes)).parseAsRoot());
}

/** Parses an expression without `{{ }}`, such as the value of `when`. @throws SyntaxProblem */
export function parseBareJinja(text: string): Node {
	return reading(() => {
		const tokens = new JinjaTokens(text);
		tokens.in_code = true;
		return new JinjaParser(tokens).parseWhole();
	});
}

function reading(parse: () => Node): Node {
	try {
		return parse();
	} catch (error) {
		if (error instanceof SyntaxProblem) throw error;
		if (error instanceof RangeError) throw new SyntaxProblem('the expression is nested too deeply', 0, 0);
		// At the end of the text the library reads the type of a missing token.
		const reason = error instanceof TypeError ? 'unexpected end' : (error as Error).message;
		throw new SyntaxProblem(`invalid template: ${reason}`, 0, 0);
	}
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=']);
/** Operator precedence: a higher rank binds more tightly. */
const operators: ReadonlyMap<string, {readonly kind: string; readonly rank: number}> = new Map([
	['+', {kind: 'Add', rank: 1}],
	['-', {kind: 'Sub', rank: 1}],
	['~', {kind: 'Concat', rank: 2}],
	['*', {kind: 'Mul', rank: 3}],
	['/', {kind: 'Div', rank: 3}],
	['//', {kind: 'FloorDiv', rank: 3}],
	['%', {kind: 'Mod', rank: 3}],
]);
const namesAfterTest: ReadonlySet<string> = new Set(['and', 'or', 'not', 'else', 'if', 'in', 'is']);

/** `start:stop:step` in brackets. Omitted parts are none. */
const Slice = nodes.Node.extend('Slice', {fields: ['start', 'stop', 'step']});

/**
 * The library's parser with Jinja2's expression grammar. The library gives `*` a lower precedence than `//` and `%`,
 * and `is` a lower one than `==`; it does not support `a if b else c if d else e`, trailing commas or `results.0`.
 */
class JinjaParser extends library.Parser {
	/** Parses exactly one expression. */
	parseWhole(): Node {
		const expression = this.parseExpression();
		const next = this.peekToken();
		if (next?.type !== 'end') this.#expected('an operator or the end', next);
		return expression;
	}

	/** Called where the library gives up. */
	override fail(message: string, line?: number, column?: number): never {
		const found = this.peekToken();
		if (/^expected (variable|block) end/.test(message)) {
			this.#expected(found.type === 'end' ? 'the closing }} or %}' : 'an operator or the end', found);
		}
		if (/end of file/.test(message)) throw new SyntaxProblem('a {% … %} is not closed', line ?? 0, column ?? 0);
		throw new SyntaxProblem(
			message.replace(
				/^expected (\S+), got (\S+)$/,
				(_all, wanted, got) => `expected ${spelled(wanted)}, found ${spelled(got)}`,
			),
			line ?? found?.lineno ?? 0,
			column ?? found?.colno ?? 0,
		);
	}

	override parseInlineIf(): Node {
		const body = this.parseOr();
		if (!this.skipSymbol('if')) return body;
		const condition = this.parseOr();
		const otherwise = this.skipSymbol('else') ? this.parseInlineIf() : null;
		return this.#node('InlineIf', body, condition, body, otherwise);
	}

	/** Comparisons, `in` and `not in`. */
	override parseIn(): Node {
		const first = this.#sum();
		const operands: Node[] = [];
		for (let token = this.peekToken(); ; token = this.peekToken()) {
			if (token.type === 'operator' && comparisons.has(token.value)) {
				this.nextToken();
				operands.push(this.#node('CompareOperand', token, this.#sum(), token.value));
			} else if (this.skipSymbol('in')) {
				operands.push(this.#node('CompareOperand', token, this.#sum(), 'in'));
			} else if (this.skipSymbol('not')) {
				if (!this.skipSymbol('in')) this.#expected('in');
				operands.push(this.#node('CompareOperand', token, this.#sum(), 'not in'));
			} else break;
		}
		const [operand] = operands;
		return operand === undefined ? first : this.#node('Compare', operand, first, operands);
	}

	override parsePostfix(node: Node): Node {
		const token = this.peekToken();
		if (token.type === 'left-paren')
			return this.parsePostfix(this.#node('FunCall', token, node, this.parseSignature()));
		if (token.type === 'left-bracket')
			return this.parsePostfix(this.#node('LookupVal', token, node, this.#subscript()));
		if (!this.skipValue('operator', '.')) return node;
		const name = this.nextToken();
		if (name.type !== 'symbol' && name.type !== 'int') this.#expected('a name', name);
		const key = this.#node('Literal', name, name.type === 'int' ? Number(name.value) : name.value);
		return this.parsePostfix(this.#node('LookupVal', name, node, key));
	}

	/** Filters and tests; both bind to the operand immediately before them. */
	override parseFilter(node: Node): Node {
		if (this.skip('pipe')) {
			const name = this.parseFilterName();
			const args = this.peekToken().type === 'left-paren' ? this.parseSignature().children : [];
			return this.parseFilter(this.#node('Filter', name, name, this.#node('NodeList', name, [node, ...args])));
		}
		const is = this.peekToken();
		if (!this.skipSymbol('is')) return node;
		const negated = this.skipSymbol('not');
		const test = this.#node('Is', is, node, this.#test());
		return this.parseFilter(negated ? this.#node('Not', is, test) : test);
	}

	/** Lists, mappings and parentheses; trailing commas are allowed. */
	override parseAggregate(): Node | null {
		const token = this.peekToken();
		switch (token.type) {
			case 'left-paren': {
				const {items, closedByComma} = this.#listed('right-paren', () => this.parseExpression());
				return this.#node(items.length === 1 && !closedByComma ? 'Group' : 'Array', token, items);
			}
			case 'left-bracket':
				return this.#node('Array', token, this.#listed('right-bracket', () => this.parseExpression()).items);
			case 'left-curly':
				return this.#node('Dict', token, this.#listed('right-curly', () => this.#pair()).items);
			default:
				return this.#expected('a value', token);
		}
	}

	override parseSignature(): Node {
		const token = this.peekToken();
		const {items: given} = this.#listed('right-paren', () => {
			const value = this.parseExpression();
			return this.skipValue('operator', '=') ? this.#node('Pair', value, value, this.parseExpression()) : value;
		});
		const positional = given.filter(({typename}) => typename !== 'Pair');
		const named = given.filter(({typename}) => typename === 'Pair');
		const keywords = named.length === 0 ? [] : [this.#node('KeywordArgs', token, named)];
		return this.#node('NodeList', token, [...positional, ...keywords]);
	}

	/** Additions of concatenations of products, each left-associative. */
	#sum(least = 1): Node {
		let left = this.parsePow();
		for (;;) {
			const token = this.peekToken();
			const operator = token.type === 'string' ? undefined : operators.get(token.value);
			if (operator === undefined || operator.rank < least) return left;
			this.nextToken();
			left = this.#node(operator.kind, token, left, this.#sum(operator.rank + 1));
		}
	}

	/** `defined`, `divisibleby(3)`, `divisibleby 3`. */
	#test(): Node {
		const token = this.nextToken();
		if (!/^(symbol|boolean|none)$/.test(token.type)) this.#expected('the name of a test', token);
		let name = token.value;
		while (this.skipValue('operator', '.')) name += `.${this.nextToken().value}`;
		const symbol = this.#node('Symbol', token, name);
		const next = this.peekToken();
		if (next.type === 'left-paren') return this.#node('FunCall', token, symbol, this.parseSignature());
		const hasArgument =
			/^(string|int|float|boolean|none|left-bracket|left-curly)$/.test(next.type) ||
			(next.type === 'symbol' && !namesAfterTest.has(next.value));
		if (!hasArgument) return symbol;
		return this.#node('FunCall', token, symbol, this.#node('NodeList', next, [this.parsePrimary()]));
	}

	/** `[key]`, or `[start:stop:step]`. */
	#subscript(): Node {
		const opening = this.nextToken();
		const parts: (Node | null)[] = [null];
		while (!this.skip('right-bracket')) {
			if (this.skip('colon')) parts.push(null);
			else if (parts.at(-1) === null) parts[parts.length - 1] = this.parseExpression();
			else this.#expected(']');
		}
		if (parts.length > 3) this.fail('a slice has at most three parts', opening.lineno, opening.colno);
		const nothing = this.#node('Literal', opening, null);
		if (parts.length > 1)
			return new Slice(opening.lineno, opening.colno, ...[0, 1, 2].map(part => parts[part] ?? nothing));
		return parts[0] ?? this.#expected('a key', opening);
	}

	#pair(): Node {
		const key = this.parseExpression();
		if (!this.skip('colon')) this.#expected(':');
		return this.#node('Pair', key, key, this.parseExpression());
	}

	/** Comma-separated items up to the closing bracket. */
	#listed(closer: string, item: () => Node): {readonly items: readonly Node[]; readonly closedByComma: boolean} {
		this.nextToken();
		const items: Node[] = [];
		let closedByComma = false;
		while (!this.skip(closer)) {
			if (items.length > 0 && !closedByComma) this.#expected(spelled(closer));
			items.push(item());
			closedByComma = this.skip('comma');
		}
		return {items, closedByComma};
	}

	#expected(what: string, found: Token = this.peekToken()): never {
		const shown = found.type === 'string' ? JSON.stringify(found.value) : found.value;
		throw new SyntaxProblem(`expected ${what}, found ${shown}`, found.lineno, found.colno);
	}

	#node(kind: string, {lineno, colno}: Token | Node, ...fields: readonly unknown[]): Node {
		const Kind = nodes[kind];
		if (Kind === undefined) throw new TypeError(`the library has no node ${kind}`);
		return new Kind(lineno, colno, ...fields);
	}
}
