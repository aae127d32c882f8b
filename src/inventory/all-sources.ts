import {InputError, type Problem} from '../errors.ts';

type Values<T> = {-readonly [Index in keyof T]: Awaited<T[Index]>};

/**
 * As `Promise.all`, but it waits for all of them.
 *
 * @throws InputError with the mistakes of all that have some.
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
