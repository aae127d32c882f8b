import type {Command} from './command.ts';

/** How a command ended. `lost` means that the connection went: what the command did is unknown. */
export type Ending =
	| {readonly end: 'exited'; readonly code: number}
	| {readonly end: 'signalled'; readonly signal: string}
	| {readonly end: 'lost'; readonly reason: string}
	| {readonly end: 'timed-out'; readonly afterMs: number}
	| {readonly end: 'aborted'};

/** A command may print so many characters; then it is ended. */
export const maxOutput = 16 * 1024 * 1024;

/** How a command ends that prints more. */
export const tooMuch: Ending = {end: 'signalled', signal: 'too much output'};

/** What came of a command. The texts are whole, neither trimmed nor interpreted. */
export type Outcome = Ending & {
	readonly stdout: string;
	readonly stderr: string;
	readonly durationMs: number;
};

export type RunOptions = {
	/** Ends the remote process when it fires; the outcome is then `aborted`. */
	readonly signal?: AbortSignal;
	/** Output as it comes, in whole characters. */
	readonly onStdout?: (text: string) => void;
	readonly onStderr?: (text: string) => void;
};

/** The port through which everything reaches a host. */
export interface Shell {
	/**
	 * Runs a command on its host. Resolves however it ended.
	 *
	 * @throws UnreachableError when no connection could be made: then nothing was run.
	 */
	run(command: Command, options?: RunOptions): Promise<Outcome>;
	/** Forgets the connections to a host: the next command connects anew. Left out where there are none. */
	reset?(host: string): Promise<void>;
	/** Ends all connections. */
	close(): Promise<void>;
}
