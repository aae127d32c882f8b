import {type Command, read} from '../shell/command.ts';
import {type JsonObject, objectIn} from './json.ts';

/** The result of `qemu-img check`. */
export type CheckResult = {
	/** Data is damaged or lost. */
	readonly corruptions: number;
	/** Leaked clusters waste space, but no data is lost. */
	readonly leaks: number;
	/** Errors of the check itself. */
	readonly errors: number;
};

/** Exit codes with a result: no errors, corruptions, leaks. 1 is a failure, 63 a format without checks. */
export const checkCodes: readonly number[] = [0, 2, 3];

/** Looks for damage in an image that no guest has open. */
export function check(host: string, path: string, format: string): Command {
	return read(host, ['qemu-img', 'check', '--output=json', '-f', format, '--', path]);
}

/** @throws Error when the text is not what qemu-img prints. */
export function parseCheck(stdout: string): CheckResult {
	const answer = objectIn(JSON.parse(stdout));
	if (answer === undefined) throw new Error('qemu-img check reported no result');
	return {
		corruptions: countIn(answer, 'corruptions'),
		leaks: countIn(answer, 'leaks'),
		errors: countIn(answer, 'check-errors'),
	};
}

/** A missing count is 0. */
function countIn(answer: JsonObject, name: string): number {
	const count = answer[name] ?? 0;
	if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
	throw new Error(`qemu-img check reported no number of ${name}`);
}
