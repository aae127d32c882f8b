import type {Duplex} from 'node:stream';
import type {Command} from '../shell/command.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';

/** The operations on one host, whichever client implements them. */
export type HostLink = {
	/** @throws UnreachableError if no connection could be made; nothing was run then. */
	run(command: Command, options: RunOptions): Promise<Outcome>;
	/** Listens on a Unix socket of the host and passes on its connections; returns a function that stops it. */
	listen(path: string, take: (stream: Duplex) => void): Promise<() => Promise<void>>;
	/** Connects to a Unix socket of the host. */
	dial(path: string): Promise<Duplex>;
	close(): Promise<void>;
};
