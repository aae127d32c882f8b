import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {namespace} from './namespace.ts';
import {asText, isMapping, kindOf} from './value.ts';

type Function = (
	subject: unknown,
	args: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
	position: Position,
) => unknown;

const maxRange = 100_000;

/** Global functions of expressions. */
export const functions: Readonly<Record<string, Function>> = {
	range(_subject, args, _named, position) {
		const [first, second, step = 1] = args;
		const [start, stop] = second === undefined ? [0, first] : [first, second];
		if (![start, stop, step].every(Number.isInteger) || step === 0) {
			throw new TemplateError('range takes whole numbers and a step other than 0', position);
		}
		const [from, to, by] = [Number(start), Number(stop), Number(step)];
		const length = Math.max(0, Math.ceil((to - from) / by));
		if (length > maxRange) throw new TemplateError(`the range has more than ${maxRange} elements`, position);
		return Array.from({length}, (_, index) => from + index * by);
	},
	dict(_subject, [pairs = []], named, position) {
		if (isMapping(pairs)) return {...pairs, ...named};
		if (!Array.isArray(pairs)) throw new TemplateError(`dict takes a list of pairs, got ${kindOf(pairs)}`, position);
		const entries = pairs.map((pair: unknown): [string, unknown] => {
			if (Array.isArray(pair) && pair.length === 2) return [asText(pair[0]), pair[1]];
			throw new TemplateError('dict takes a list of pairs: each item is a list of two values', position);
		});
		return {...Object.fromEntries(entries), ...named};
	},
	namespace: (_subject, _args, named) => namespace(named),
};
