import {Secret} from '../shell/secret.ts';
import {TemplateError} from '../template/error.ts';
import {withParts} from '../template/secrets.ts';
import {SourcePosition} from '../template/source-position.ts';
import {compileTemplate, type PositionAt} from '../template/template.ts';
import type {Variable} from './inventory.ts';
import type {InventoryLoadContext} from './load-context.ts';

/**
 * Adds a variable to those of a group or host.
 *
 * @param at Returns the position of a part of the data by its JSON pointer.
 */
export function define(
	vars: Record<string, Variable>,
	name: string,
	data: unknown,
	at: PositionAt,
	pointer: string,
	reading: InventoryLoadContext,
): void {
	const variable = compile(name, data, at, pointer, reading);
	if (variable !== undefined) vars[name] = variable;
}

/** Compiles a variable. For an invalid one, records a problem and returns undefined. */
export function compile(
	name: string,
	data: unknown,
	at: PositionAt,
	pointer: string,
	{source, encrypted, problems}: InventoryLoadContext,
): Variable | undefined {
	const position = new SourcePosition(() => at(pointer));
	if (name === '' || name === '__proto__') {
		problems.push(
			source.problem(name === '' ? 'a variable must have a name' : `'${name}' is not a valid name`, position),
		);
		return undefined;
	}
	try {
		const template = compileTemplate(data, at, pointer);
		if (!encrypted) return {...template, written: data, position};
		return {...template, evaluate: scope => secret(template.evaluate(scope)), written: masked(data), position};
	} catch (error) {
		if (!(error instanceof TemplateError)) throw error;
		problems.push(source.problem(error.message, error.position, error.hint));
		return undefined;
	}
}

/** A copy of the data with secrets in place of all values of an encrypted file, except booleans and null. */
export function secret(value: unknown): unknown {
	return withParts(value, leaf =>
		typeof leaf === 'string' || typeof leaf === 'number' ? new Secret(String(leaf)) : leaf,
	);
}

function masked(data: unknown): unknown {
	return withParts(data, () => '***');
}
