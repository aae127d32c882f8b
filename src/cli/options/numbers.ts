import {InvalidArgumentError} from 'commander';

/** Parses an option that requires an integer of at least 1. */
export function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected an integer of at least 1');
	return number;
}
