import type {Outcome} from '../shell/shell.ts';

/** In place of what was waited for. */
export const aborted = Symbol('aborted');

/** Of a command that nobody has begun. */
export const abortedOutcome: Outcome = {end: 'aborted', stdout: '', stderr: '', durationMs: 0};

/** Waits for something until a signal fires. What is waited for goes on, as others may wait for it too. */
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
	// Nobody listens any more when the signal was first.
	waited.catch(() => {});
	try {
		return await Promise.race([waited, fired]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}
