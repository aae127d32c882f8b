/** The parts of @11ty/nunjucks that are used: its tokens, tree and parser. Its runtime is never loaded. */
declare module '@11ty/nunjucks/src/lexer.js' {
	type Token = {readonly type: string; readonly value: string; readonly lineno: number; readonly colno: number};
	class Tokenizer {
		constructor(text: string);
		readonly str: string;
		index: number;
		/** From 0. */
		readonly lineno: number;
		colno: number;
		/** Inside `{{ … }}` or `{% … %}`. */
		in_code: boolean;
		/** Whether the line break after `%}` is removed. */
		readonly trimBlocks: boolean;
		nextToken(): Token | null;
		current(): string;
		isFinished(): boolean;
		forwardN(count: number): void;
		_parseString(quote: string): string;
	}
	const lexer: {readonly lex: (text: string) => Tokenizer};
	export default lexer;
	export type {Token, Tokenizer};
}

declare module '@11ty/nunjucks/src/nodes.js' {
	class Node {
		constructor(line: number, column: number, ...fields: unknown[]);
		static extend(name: string, shape: {readonly fields: readonly string[]}): typeof Node;
		readonly typename: string;
		readonly lineno: number;
		readonly colno: number;
		readonly children: readonly Node[];
		readonly [field: string]: unknown;
	}
	const nodes: Readonly<Record<string, typeof Node>> & {readonly Node: typeof Node};
	export default nodes;
	export type {Node};
}

declare module '@11ty/nunjucks/src/parser.js' {
	import type {Token, Tokenizer} from '@11ty/nunjucks/src/lexer.js';
	import type {Node} from '@11ty/nunjucks/src/nodes.js';

	class Parser {
		constructor(tokens: Tokenizer);
		/** Null at the end of the text, outside an expression. */
		peekToken(): Token;
		nextToken(): Token;
		skip(type: string): boolean;
		skipSymbol(name: string): boolean;
		skipValue(type: string, value: string): boolean;
		fail(message: string, line?: number, column?: number): never;
		parseAsRoot(): Node;
		parseExpression(): Node;
		parseInlineIf(): Node;
		parseOr(): Node;
		parseIn(): Node;
		parseUnary(withoutFilters?: boolean): Node;
		parsePrimary(withoutPostfix?: boolean): Node;
		parsePow(): Node;
		parsePostfix(node: Node): Node;
		parseFilter(node: Node): Node;
		parseFilterName(): Node;
		parseAggregate(): Node | null;
		parseSignature(): Node;
		parseRaw(): Node;
	}
	const parser: {readonly Parser: typeof Parser};
	export default parser;
}
