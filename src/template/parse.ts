import type {Node} from '@11ty/nunjucks/src/nodes.js';
import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {parseBareJinja, parseJinja} from './grammar.ts';
import type {Backslashes} from './lexer.ts';
import {SyntaxProblem} from './syntax-problem.ts';

export type {Node};

/** Maps a line and column of a template's text, both from 0, to a position in its file. */
export type Locate = (line: number, column: number) => Position;

/** @throws TemplateError with the position. */
export function parseTemplate(text: string, locate: Locate, backslashes?: Backslashes): Node {
	return located(locate, () => parseJinja(text, backslashes));
}

/** A bare expression, such as the value of `when`. @throws TemplateError with the position. */
export function parseExpression(text: string, locate: Locate): Node {
	return located(locate, () => parseBareJinja(text));
}

function located(locate: Locate, parse: () => Node): Node {
	try {
		return parse();
	} catch (error) {
		if (error instanceof SyntaxProblem) throw new TemplateError(error.message, locate(error.lineno, error.colno));
		throw error;
	}
}

export function childrenOf(node: Node): readonly Node[] {
	return node.children;
}

/** A field of a node whose value is a node. */
export function partOf(node: Node, field: string): Node {
	return node[field] as Node;
}
