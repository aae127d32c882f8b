/**
 * Every error that vacate raises on purpose, and the exit codes. Errors carry facts; `views/` turns them into the
 * text that the user reads.
 */

/** The exit codes of all commands. */
export const exitCodes = {
	/** Done, or nothing to do. */
	done: 0,
	/** `vacate diff --exit-code`: the plans differ. */
	differs: 1,
	/** The input is invalid; nothing was changed. */
	input: 2,
	/** A prerequisite is not met; nothing was changed. */
	prerequisite: 3,
	/** Failed; everything that can be undone was rolled back. */
	undone: 4,
	/** Manual intervention is required. */
	stuck: 5,
	/** Done except for guests that stay; nothing was rolled back. */
	incomplete: 6,
	/** A bug in vacate. */
	bug: 70,
	/** Interrupted and rolled back. */
	interrupted: 130,
} as const;

/** A position in an input file. Line and column start at 1. */
export type Position = {readonly file: string; readonly line: number; readonly column: number};

/** An error in the input. */
export type Problem = {
	readonly message: string;
	readonly position?: Position;
	/** The line of the file at `position`, for the caret. */
	readonly sourceLine?: string;
	/** The nearest correct spelling, or what to write instead. */
	readonly hint?: string;
};

/** The input (playbook, inventory, command line) is invalid. Carries all problems at once. Exit 2. */
export class InputError extends Error {
	override name = 'InputError';
	constructor(readonly problems: readonly Problem[]) {
		super(problems.map(problem => problem.message).join('\n'));
	}
}

/** A prerequisite is not met: a package is missing, root is required, a plan is stale. Exit 3. */
export class PrerequisiteError extends Error {
	override name = 'PrerequisiteError';
	constructor(
		message: string,
		/** The command or action that fixes it. */
		readonly remedy?: string,
	) {
		super(message);
	}
}

/** The connection failed, so nothing was run. */
export class UnreachableError extends Error {
	override name = 'UnreachableError';
	constructor(
		readonly host: string,
		readonly reason: string,
		readonly remedy?: string,
	) {
		super(`${host} cannot be reached: ${reason}`);
	}
}

/** Several hosts cannot be reached: reported together, so that all can be repaired at once. */
export class SeveralUnreachableError extends UnreachableError {
	constructor(readonly errors: readonly [UnreachableError, ...UnreachableError[]]) {
		super(errors[0].host, errors[0].reason, errors[0].remedy);
		this.message = errors.map(({message}) => message).join('; ');
	}
}

/** A failed command: which, where, and how it ended. */
export type FailedCommand = {
	readonly host: string;
	readonly argv: readonly string[];
	/** How it ended, in words: `exit code 1`, `killed by SIGKILL`, `no answer within 30 s`. */
	readonly ending: string;
	readonly code?: number;
	readonly stdout: string;
	readonly stderr: string;
};

/** A command ran and failed. */
export class CommandError extends Error {
	override name = 'CommandError';
	constructor(readonly failed: FailedCommand) {
		super(`${failed.argv[0]} on ${failed.host}: ${failed.ending}${lastLine(failed.stderr)}`);
	}
}

/** The connection was lost while a command ran, so its outcome is unknown. Never treated as a plain failure. */
export class ConnectionLostError extends Error {
	override name = 'ConnectionLostError';
	constructor(
		readonly host: string,
		readonly argv: readonly string[],
		readonly reason: string,
	) {
		super(`the connection to ${host} was lost while ${argv[0]} ran: ${reason}`);
	}
}

/** Whether a retry can help; `busy`: it will, once another job has finished, and it does not count as a failure. */
export type Retry = 'may' | 'never' | 'busy';

/** Whether a command failed on its host or did not reach it: a failure of that host, not of the program. */
export function isHostFailure(error: unknown): error is CommandError | ConnectionLostError | UnreachableError {
	return error instanceof CommandError || error instanceof ConnectionLostError || error instanceof UnreachableError;
}

/** A step failed. Whatever it has done so far is still in place, until it is undone. */
export class StepError extends Error {
	override name = 'StepError';
	constructor(
		/** What failed and why, in one sentence. */
		message: string,
		/** What to run next. */
		readonly remedy?: string,
		options?: {readonly cause?: unknown; readonly retry?: Retry; readonly side?: 'destination'},
	) {
		super(message, options?.cause === undefined ? undefined : {cause: options.cause});
		this.retry = options?.retry ?? 'may';
		this.side = options?.side;
	}
	/** `destination`: the reason lies with the host that a guest goes to, and another host may take it. */
	readonly side: 'destination' | undefined;
	/** Whether a retry of the same action can help. */
	readonly retry: Retry;
}

/** vacate cannot continue by itself; manual intervention is required. Exit 5. */
export class StuckError extends Error {
	override name = 'StuckError';
	constructor(
		message: string,
		/** Commands to inspect and resolve the situation, one per line. */
		readonly remedies: readonly string[],
	) {
		super(message);
	}
}

/** The journal cannot be written. The run must stop: an action that is not recorded cannot be undone. */
export class JournalError extends Error {
	override name = 'JournalError';
}

/** The run was told to stop. Exit 130. */
export class InterruptedError extends Error {
	override name = 'InterruptedError';
	constructor(reason = 'interrupted') {
		super(reason);
	}
}

/** Whether an error is one of the operating system on this machine, such as an unreadable file: Node names the call. */
export function isSystemError(error: unknown): error is Error {
	return error instanceof Error && 'syscall' in error;
}

function lastLine(text: string): string {
	const line = text.trim().split('\n').at(-1);
	return line ? `: ${line}` : '';
}
