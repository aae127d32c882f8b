import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';

type Function = (
	subject: unknown,
	args: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
	position: Position,
) => unknown;

const maxRange = 100_000;

/** What an expression may call by name. */
export const functions: Readonly<Record<string, Function>> = {
	range(_subject, args, _named, position) {
		const [first, second, step = 1] = args;
		const [start, stop] = second === undefined ? [0, first] : [first, second];
		if (![start, stop, step].every(Number.isInteger) || step === 0) {
			throw new TemplateError('range takes whole numbers, and a step that is not 0', position);
		}
		const [from, to, by] = [Number(start), Number(stop), Number(step)];
		const length = Math.max(0, Math.ceil((to - from) / by));
		if (length > maxRange) throw new TemplateError(`a range is longer than ${maxRange}`, position);
		return Array.from({length}, (_, index) => from + index * by);
	},
	dict: (_subject, _args, named) => named,
};
