import type {Command} from './command.ts';

/** How a command ended. `lost` means that the connection was lost and the outcome is unknown. */
export type Ending =
	| {readonly end: 'exited'; readonly code: number}
	| {readonly end: 'signalled'; readonly signal: string}
	| {readonly end: 'lost'; readonly reason: string}
	| {readonly end: 'timed-out'; readonly afterMs: number}
	| {readonly end: 'aborted'};

/** The maximum output of a command, in characters; it is killed if it prints more. */
export const maxOutput = 16 * 1024 * 1024;

/** The ending of a command that exceeded `maxOutput`. */
export const tooMuch: Ending = {end: 'signalled', signal: 'too much output'};

/** The outcome of a command. The outputs are complete, neither trimmed nor interpreted. */
export type Outcome = Ending & {
	readonly stdout: string;
	readonly stderr: string;
	readonly durationMs: number;
};

export type RunOptions = {
	/** Kills the remote process when it fires; the outcome is then `aborted`. */
	readonly signal?: AbortSignal;
	/** Receives output as it arrives, in whole characters. */
	readonly onStdout?: (text: string) => void;
	readonly onStderr?: (text: string) => void;
};

/** The port to the hosts. */
export interface Shell {
	/**
	 * Runs a command on its host. Resolves however the command ends.
	 *
	 * @throws UnreachableError if no connection could be made; nothing was run then.
	 */
	run(command: Command, options?: RunOptions): Promise<Outcome>;
	/** Drops the connections to a host: the next command reconnects. Omitted by shells without connections. */
	reset?(host: string): Promise<void>;
	/** Closes all connections. */
	close(): Promise<void>;
}
