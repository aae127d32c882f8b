import type {Duplex} from 'node:stream';
import type {Command} from '../shell/command.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';

/** Everything that is done with one host, whatever client does it. */
export type HostLink = {
	/** @throws UnreachableError when no connection could be made: then nothing was run. */
	run(command: Command, options: RunOptions): Promise<Outcome>;
	/** Has the host listen on a unix socket, and hands over who connects to it; gives what ends it. */
	listen(path: string, take: (stream: Duplex) => void): Promise<() => Promise<void>>;
	/** Connects to a unix socket of the host. */
	dial(path: string): Promise<Duplex>;
	close(): Promise<void>;
};
