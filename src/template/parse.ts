import nunjucks from '@11ty/nunjucks';
import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';

/** A node of the parser's tree. Only the parser of the library is used: its runtime gives templates to JavaScript. */
export type Node = {
	readonly typename: string;
	/** From 0, in the text that was parsed. */
	readonly lineno: number;
	readonly colno: number;
	readonly [field: string]: unknown;
};

nunjucks.installJinjaCompat();

/** Where a character of a template's text stands in its file. */
export type Locate = (line: number, column: number) => Position;

/** @throws TemplateError with the position. */
export function parseTemplate(text: string, locate: Locate): Node {
	try {
		return nunjucks.parser.parse(text) as Node;
	} catch (error) {
		const {message, lineno = 1, colno = 1} = error as {message: string; lineno?: number; colno?: number};
		throw new TemplateError(message.replace(/^\(.*?\)\s*/, ''), locate(lineno - 1, colno - 1));
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
	return (node.children as readonly Node[] | undefined) ?? [];
}
