import {InvalidArgumentError} from 'commander';
import {InputError} from '../../errors.ts';

/** A parser of quantities as commander wants it: with its mistakes as commander tells them. */
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
