import {createContext, Script} from 'node:vm';

const call = new Script('work()');

/**
 * Runs work that may not terminate, such as matching a regular expression from a playbook: V8 can interrupt it from
 * outside while it backtracks. Costs about 0.1 ms.
 *
 * @throws RangeError if the time limit is exceeded. Errors of the work itself pass through.
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
	let done: {readonly value: T} | undefined;
	const context = createContext({
		work: () => {
			done = {value: work()};
		},
	});
	try {
		call.runInContext(context, {timeout: milliseconds});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
	}
	if (done === undefined) throw new RangeError(`not finished within ${milliseconds} ms`);
	return done.value;
}
