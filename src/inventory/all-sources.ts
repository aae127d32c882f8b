import {InputError, type Problem} from '../errors.ts';

type Values<T> = {-readonly [Index in keyof T]: Awaited<T[Index]>};

/**
 * Like `Promise.all`, but waits until all promises are settled.
 *
 * @throws InputError with the problems of all that failed.
 */
export async function allOf<T extends readonly unknown[] | []>(promises: T): Promise<Values<T>> {
	const problems: Problem[] = [];
	const values: unknown[] = [];
	for (const settled of await Promise.allSettled(promises)) {
		if (settled.status === 'fulfilled') values.push(settled.value);
		else if (settled.reason instanceof InputError) problems.push(...settled.reason.problems);
		else throw settled.reason;
	}
	if (problems.length > 0) throw new InputError(problems);
	return values as Values<T>;
}
