import {setMaxListeners} from 'node:events';

/** What Ctrl-C and its kin ask for. */
export type Signals = {
	/** Start nothing more, end what runs, take it back. */
	readonly stop: AbortSignal;
	/** Stop even that, after the command that runs. */
	readonly stopUndo: AbortSignal;
	/** The same as a first signal. */
	abort(): void;
	close(): void;
};

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal stops the run, the second one its undoing. */
export function listenForSignals(tell: (text: string) => void): Signals {
	const stop = new AbortController();
	const stopUndo = new AbortController();
	// Every command that runs listens.
	setMaxListeners(0, stop.signal, stopUndo.signal);
	const listener = () => {
		if (!stop.signal.aborted) {
			tell('stopping: what is under way is ended and taken back. Once more stops that too, at the next command.');
			stop.abort();
			return;
		}
		if (stopUndo.signal.aborted) return;
		tell('stopping at the next command: what is half done stays so. What to run next is told at the end.');
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
