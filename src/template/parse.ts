import type {Node} from '@11ty/nunjucks/src/nodes.js';
import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {parseJinja} from './grammar.ts';
import {SyntaxProblem} from './syntax-problem.ts';

export type {Node};

/** Where a character of a template's text stands in its file. Line and column from 0. */
export type Locate = (line: number, column: number) => Position;

/** @throws TemplateError with the position. */
export function parseTemplate(text: string, locate: Locate): Node {
	try {
		return parseJinja(text);
	} catch (error) {
		if (error instanceof SyntaxProblem) throw new TemplateError(error.message, locate(error.lineno, error.colno));
		throw error;
	}
}

/** What stands before a bare expression, so that it reads as a template. */
export const opening = '{{ ';

/** The whole of a bare expression, such as that of `when`. Its columns count from the beginning of `opening`. */
export function parseExpression(text: string, locate: Locate): Node {
	const [output, ...others] = childrenOf(parseTemplate(`${opening}${text} }}`, locate));
	const [expression, ...more] = output?.typename === 'Output' ? childrenOf(output) : [];
	if (expression === undefined || expression.typename === 'TemplateData' || others.length > 0 || more.length > 0) {
		throw new TemplateError('this is not one expression', locate(0, opening.length), 'write it without {{ }}');
	}
	return expression;
}

export function childrenOf(node: Node): readonly Node[] {
	return node.children;
}

/** A field of a node that holds a node. */
export function partOf(node: Node, field: string): Node {
	return node[field] as Node;
}
