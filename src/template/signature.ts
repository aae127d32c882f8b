import type {Position} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {TemplateError} from './error.ts';

/** The arguments of a call by their names; what is not given is undefined. */
export type CallArguments = Readonly<Record<string, unknown>> & {
	/** What is given beyond the names, where the signature ends in `*`. */
	readonly rest?: readonly unknown[];
	readonly named?: Readonly<Record<string, unknown>>;
};

/** What stands after `|` or `is`: a function of a value and arguments. */
export type TemplateFunction = {
	readonly params: readonly string[];
	/** Takes more arguments than it names. */
	readonly open: boolean;
	/** May be asked of a value that is not there. */
	readonly lenient: boolean;
	/** The parameter that names a filter or a test. */
	readonly refers?: {readonly param: string; readonly to: 'filter' | 'test'};
	readonly apply: (value: unknown, args: CallArguments, position: Position) => unknown;
};

export type TemplateFunctions = Readonly<Record<string, TemplateFunction>>;

/** @param params The names of its parameters, in order; `*` at the end takes any more. */
export function call(
	params: string,
	apply: TemplateFunction['apply'],
	more: Partial<Pick<TemplateFunction, 'lenient' | 'refers'>> = {},
): TemplateFunction {
	const names = params.split(' ').filter(name => name !== '' && name !== '*');
	return {params: names, open: params.endsWith('*'), lenient: false, apply, ...more};
}

/** @throws TemplateError for arguments that the call does not take. */
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
		if (!params.includes(name)) throw new TemplateError(`${title} takes no '${name}'`, position, nearest(name, params));
		if (params.indexOf(name) < positional) throw new TemplateError(`${title} is given '${name}' twice`, position);
	}
}

/** Gives each argument its name. */
export function bind(
	call: TemplateFunction,
	positional: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
): CallArguments {
	const byName = Object.fromEntries(call.params.map((name, index) => [name, positional[index] ?? named[name]]));
	if (!call.open) return byName;
	return {...named, ...byName, rest: positional.slice(call.params.length), named};
}
