import {InvalidArgumentError} from 'commander';

/** A whole number from 1, of an option. */
export function positive(text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1');
	return number;
}
