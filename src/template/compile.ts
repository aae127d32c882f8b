import {calls} from './calls.ts';
import {type Compilation, type Evaluate, positionOf} from './compilation.ts';
import {TemplateError} from './error.ts';
import {expressions} from './expressions.ts';
import type {Node} from './parse.ts';
import {statements} from './statements.ts';

/**
 * Compiles the parser's tree into closures. Unknown filters, tests and functions are reported here, before anything
 * runs.
 *
 * @throws TemplateError
 */
export function compile(node: Node, to: Compilation): Evaluate {
	const kind = node.typename;
	const make = expressions[kind] ?? calls[kind] ?? statements[kind];
	if (make === undefined) {
		throw new TemplateError(`{% ${kind.toLowerCase()} %} is not supported`, positionOf(node, to));
	}
	return make(node, to);
}
