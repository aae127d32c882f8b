import {InvalidArgumentError} from 'commander';
import {InputError} from '../../errors.ts';

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
