import type {Outcome} from '../shell/shell.ts';

/** Returned if the signal fired first. */
export const aborted = Symbol('aborted');

/** The outcome of a command that was never started. */
export const abortedOutcome: Outcome = {end: 'aborted', stdout: '', stderr: '', durationMs: 0};

/** Waits for a promise or a signal. The work behind the promise continues, because others may wait for it. */
export async function unlessAborted<T>(
	waited: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T | typeof aborted> {
	if (signal === undefined) return waited;
	let abort = () => {};
	const fired = new Promise<typeof aborted>(resolve => {
		abort = () => resolve(aborted);
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, {once: true});
	});
	// If the signal fired first, a later rejection has no listener.
	waited.catch(() => {});
	try {
		return await Promise.race([waited, fired]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}
