import type {Node} from '@11ty/nunjucks/src/nodes.js';
import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {parseJinja} from './grammar.ts';
import {SyntaxProblem} from './syntax-problem.ts';

export type {Node};

/** Where a character of a template's text stands in its file. */
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

/** How far the columns of a bare expression are shifted, by the braces that it gets. */
export const bareShift = 3;

/** The whole of a bare expression, such as that of `when`. */
export function parseExpression(text: string, locate: Locate): Node {
	const [output, ...others] = childrenOf(parseTemplate(`{{ ${text} }}`, locate));
	const [expression, ...more] = output === undefined ? [] : childrenOf(output);
	if (expression === undefined || others.length > 0 || more.length > 0) {
		throw new TemplateError('this is not one expression', locate(0, 0));
	}
	return expression;
}

export function childrenOf(node: Node): readonly Node[] {
	return node.children;
}
