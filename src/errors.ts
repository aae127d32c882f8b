/**
 * Every error that the tool raises on purpose, and the exit codes they end in. Errors carry facts; the text a person
 * reads is made in `views/`.
 */

/** The exit codes of every command. */
export const exitCodes = {
	/** Done, or nothing to do. */
	done: 0,
	/** The input is wrong; nothing was touched. */
	input: 2,
	/** A prerequisite is not met; nothing was touched. */
	prerequisite: 3,
	/** Failed, and everything that can be taken back has been. */
	undone: 4,
	/** A person must act. */
	stuck: 5,
	/** Done but for guests that stay; nothing had to be rolled back. */
	incomplete: 6,
	/** Our bug. */
	bug: 70,
	/** Interrupted, and undone. */
	interrupted: 130,
} as const;

/** A place in a file that a person wrote. Line and column start at 1. */
export type Position = {readonly file: string; readonly line: number; readonly column: number};

/** One mistake in the input. */
export type Problem = {
	readonly message: string;
	readonly position?: Position;
	/** The line of the file at `position`, for the caret. */
	readonly sourceLine?: string;
	/** The nearest right spelling, or what to write instead. */
	readonly hint?: string;
};

/** The input (playbook, inventory, command line) is wrong. All problems at once. Exit 2. */
export class InputError extends Error {
	override name = 'InputError';
	constructor(readonly problems: readonly Problem[]) {
		super(problems.map(problem => problem.message).join('\n'));
	}
}

/** Something the work needs is missing: a package, root, a stale plan. Exit 3. */
export class PrerequisiteError extends Error {
	override name = 'PrerequisiteError';
	constructor(
		message: string,
		/** What to run or do about it. */
		readonly remedy?: string,
	) {
		super(message);
	}
}

/** No connection could be made, so nothing was run. */
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

/** What a failed command leaves to tell: which, where, how it ended. */
export type FailedCommand = {
	readonly host: string;
	readonly argv: readonly string[];
	/** How it ended, in words: `exit code 1`, `killed by SIGKILL`, `no answer within 30 s`. */
	readonly ending: string;
	readonly code?: number;
	readonly stdout: string;
	readonly stderr: string;
};

/** A command ran and did not end well. */
export class CommandError extends Error {
	override name = 'CommandError';
	constructor(readonly failed: FailedCommand) {
		super(`${failed.argv[0]} on ${failed.host}: ${failed.ending}${lastLine(failed.stderr)}`);
	}
}

/** The connection went while a command ran: whether it did its work is unknown. Never a plain failure. */
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

/** Whether trying again can help; `busy`: it will as soon as somebody else is done, and does not count as a failure. */
export type Retry = 'may' | 'never' | 'busy';

/** A step failed and says what a person needs to know. Whatever the step made is still there; undo takes it back. */
export class StepError extends Error {
	override name = 'StepError';
	constructor(
		/** What failed and why, one sentence. */
		message: string,
		/** What to run next. */
		readonly remedy?: string,
		options?: {readonly cause?: unknown; readonly retry?: Retry},
	) {
		super(message, options?.cause === undefined ? undefined : {cause: options.cause});
		this.retry = options?.retry ?? 'may';
	}
	/** Whether trying the same action again can help. */
	readonly retry: Retry;
}

/** The tool may not go on by itself; a person must decide. Exit 5. */
export class StuckError extends Error {
	override name = 'StuckError';
	constructor(
		message: string,
		/** Commands to look and to decide, one a line. */
		readonly remedies: readonly string[],
	) {
		super(message);
	}
}

/** The journal cannot be written. Nothing more may be done: what cannot be recorded could not be taken back. */
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

function lastLine(text: string): string {
	const line = text.trim().split('\n').at(-1);
	return line ? `: ${line}` : '';
}
