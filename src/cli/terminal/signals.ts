import {setMaxListeners} from 'node:events';

/** What SIGINT, SIGTERM and SIGHUP ask for. */
export type Signals = {
	/** Start no further action; abort and roll back those in progress. */
	readonly stop: AbortSignal;
	/** Stop the rollback too, after the current command. */
	readonly stopUndo: AbortSignal;
	/** Acts as a first signal. */
	abort(): void;
	close(): void;
};

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal stops the run, the second one its rollback. */
export function listenForSignals(tell: (text: string) => void): Signals {
	const stop = new AbortController();
	const stopUndo = new AbortController();
	// Every running command adds a listener.
	setMaxListeners(0, stop.signal, stopUndo.signal);
	const listener = () => {
		if (!stop.signal.aborted) {
			tell(
				'Stopping: aborting and rolling back moves in progress. Press Ctrl-C again to stop after the current command.',
			);
			stop.abort();
			return;
		}
		if (stopUndo.signal.aborted) return;
		tell('Stopping after the current command, without rollback. The commands to run next are printed at the end.');
		stopUndo.abort();
	};
	for (const name of names) process.on(name, listener);
	return {
		stop: stop.signal,
		stopUndo: stopUndo.signal,
		abort: () => {
			if (!stop.signal.aborted) listener();
		},
		close: () => {
			for (const name of names) process.off(name, listener);
		},
	};
}
