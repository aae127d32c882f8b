import {InvalidArgumentError} from 'commander';
import {InputError} from '../../errors.ts';

/** Collects the values of a repeatable option. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
	return [...before, value];
}

/** Parses an option that requires an integer of at least 1. */
export function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected an integer of at least 1');
	return number;
}

/** Adapts a parser of quantities to commander, including its errors. */
export function quantity(parse: (text: string) => number): (text: string) => number {
	return text => {
		try {
			return parse(text);
		} catch (error) {
			if (error instanceof InputError) throw new InvalidArgumentError(error.problems[0]?.hint ?? error.message);
			throw error;
		}
	};
}
