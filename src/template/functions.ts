import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';

type Function = (
	positional: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
	position: Position,
) => unknown;

const maxRange = 100_000;

/** What an expression may call by name. */
export const functions: ReadonlyMap<string, Function> = new Map<string, Function>([
	[
		'range',
		(args, _named, position) => {
			const [first = 0, second, step = 1] = args.map(Number);
			const [start, stop] = second === undefined ? [0, first] : [first, second];
			const length = Math.max(0, Math.ceil((stop - start) / step));
			if (!(length <= maxRange)) throw new TemplateError(`a range is longer than ${maxRange}`, position);
			return Array.from({length}, (_, index) => start + index * step);
		},
	],
	['dict', (_args, named) => ({...named})],
]);
