import {createContext, Script} from 'node:vm';

const call = new Script('work()');

/**
 * Does work that cannot be trusted to end, such as matching a regular expression of a playbook: V8 lets it be ended from
 * outside while it goes back and forth. Costs some 0.1 ms.
 *
 * @throws RangeError when it takes longer. All other errors are the work's own.
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
	if (done === undefined) throw new RangeError(`no end within ${milliseconds} ms`);
	return done.value;
}
