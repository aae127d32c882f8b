import type {Position} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {TemplateError} from './error.ts';

/** The arguments of a call by name; omitted ones are undefined. */
export type CallArguments = Readonly<Record<string, unknown>> & {
	/** Additional positional arguments, if the signature ends in `*`. */
	readonly rest?: readonly unknown[];
	readonly named?: Readonly<Record<string, unknown>>;
};

/** A filter or a test: a function of a value and arguments. */
export type TemplateFunction = {
	readonly params: readonly string[];
	/** Accepts more arguments than it names. */
	readonly open: boolean;
	/** Accepts an undefined value. */
	readonly lenient: boolean;
	/** The parameter that names a filter or a test. */
	readonly refers?: {readonly param: string; readonly to: 'filter' | 'test'};
	readonly apply: (value: unknown, args: CallArguments, position: Position) => unknown;
};

export type TemplateFunctions = Readonly<Record<string, TemplateFunction>>;

/** @param params The parameter names, in order; `*` at the end accepts any number of further arguments. */
export function call(
	params: string,
	apply: TemplateFunction['apply'],
	more: Partial<Pick<TemplateFunction, 'lenient' | 'refers'>> = {},
): TemplateFunction {
	const names = params.split(' ').filter(name => name !== '' && name !== '*');
	return {params: names, open: params.endsWith('*'), lenient: false, apply, ...more};
}

/** @throws TemplateError for arguments that the call does not accept. */
export function checkArguments(
	title: string,
	{params, open}: TemplateFunction,
	positional: number,
	named: readonly string[],
	position: Position,
): void {
	if (open) return;
	if (positional > params.length) {
		const most = params.length === 0 ? 'no arguments' : `at most ${params.length}: ${params.join(', ')}`;
		throw new TemplateError(`${title} takes ${most}`, position);
	}
	for (const name of named) {
		if (!params.includes(name))
			throw new TemplateError(`${title} has no argument '${name}'`, position, nearest(name, params));
		if (params.indexOf(name) < positional)
			throw new TemplateError(`${title} got multiple values for '${name}'`, position);
	}
}

/** Binds each argument to its parameter name. */
export function bind(
	call: TemplateFunction,
	positional: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
): CallArguments {
	const byName = Object.fromEntries(
		call.params.map((name, index) => [name, index < positional.length ? positional[index] : named[name]]),
	);
	if (!call.open) return byName;
	return {...named, ...byName, rest: positional.slice(call.params.length), named};
}
