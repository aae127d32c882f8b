import {
	CommandError,
	ConnectionLostError,
	exitCodes,
	InputError,
	InterruptedError,
	isSystemError,
	JournalError,
	PrerequisiteError,
	StepError,
	StuckError,
	UnreachableError,
} from './errors.ts';

/** The facts that the exit code of a command depends on. */
export type CommandOutcome =
	/** A run of a playbook. */
	| {
			readonly of: 'run';
			readonly isStuck: boolean;
			readonly isInterrupted: boolean;
			/** Failed hosts that were not cleared by `rescue` or `clear_host_errors`. */
			readonly failedHosts: number;
			/** Whether a state-changing command was sent to a host. */
			readonly hasWritten: boolean;
			/** Something that had begun failed or was undone: it is not only that guests stay. */
			readonly hasRolledBack: boolean;
	  }
	/** The undo of a run. `isInterrupted`: stopped before everything was undone. */
	| {readonly of: 'undo'; readonly isStuck: boolean; readonly isInterrupted: boolean}
	/** A plan. `isComplete`: it covers everything that the playbook asks for. */
	| {readonly of: 'plan'; readonly isComplete: boolean}
	/** The approvals of a plan. */
	| {readonly of: 'approvals'; readonly isApproved: boolean}
	/** Two plans that were compared; whether a difference was asked to be told by the exit code. */
	| {readonly of: 'diff'; readonly differs: boolean; readonly isAskedFor: boolean}
	/** Evidence of a run that was verified. */
	| {readonly of: 'evidence'; readonly isWhole: boolean}
	/** Facts of hosts. */
	| {readonly of: 'facts'; readonly silentHosts: number}
	/** The help: requested, or shown because no command was given. */
	| {readonly of: 'help'; readonly isAskedFor: boolean}
	/** A command on a lab host; `code` is null if it was killed by a signal. */
	| {readonly of: 'lab-command'; readonly code: number | null}
	/** Nothing was left to do. */
	| {readonly of: 'nothing'}
	| {readonly of: 'error'; readonly error: unknown};

/** The exit code of a command. Pure; every exit code of vacate is decided here. */
export function exitCodeOf(outcome: CommandOutcome): number {
	switch (outcome.of) {
		case 'run':
			return exitCodeOfRun(outcome);
		case 'undo':
			if (outcome.isStuck) return exitCodes.stuck;
			return outcome.isInterrupted ? exitCodes.interrupted : exitCodes.done;
		case 'plan':
			return outcome.isComplete ? exitCodes.done : exitCodes.prerequisite;
		case 'approvals':
			return outcome.isApproved ? exitCodes.done : exitCodes.prerequisite;
		case 'diff':
			return outcome.differs && outcome.isAskedFor ? exitCodes.differs : exitCodes.done;
		case 'evidence':
			return outcome.isWhole ? exitCodes.done : exitCodes.prerequisite;
		case 'facts':
			return outcome.silentHosts === 0 ? exitCodes.done : exitCodes.prerequisite;
		case 'help':
			return outcome.isAskedFor ? exitCodes.done : exitCodes.input;
		case 'lab-command':
			return outcome.code ?? 1;
		case 'nothing':
			return exitCodes.done;
		case 'error':
			return exitCodeOfError(outcome.error);
	}
}

function exitCodeOfRun(run: CommandOutcome & {readonly of: 'run'}): number {
	if (run.isStuck) return exitCodes.stuck;
	if (run.isInterrupted) return exitCodes.interrupted;
	if (run.failedHosts === 0) return exitCodes.done;
	if (!run.hasWritten) return exitCodes.prerequisite;
	return run.hasRolledBack ? exitCodes.undone : exitCodes.incomplete;
}

function exitCodeOfError(error: unknown): number {
	if (error instanceof InputError) return exitCodes.input;
	if (error instanceof PrerequisiteError || error instanceof UnreachableError) return exitCodes.prerequisite;
	if (error instanceof StuckError || error instanceof JournalError || error instanceof ConnectionLostError) {
		return exitCodes.stuck;
	}
	if (error instanceof InterruptedError) return exitCodes.interrupted;
	if (error instanceof CommandError || error instanceof StepError) return exitCodes.undone;
	return isSystemError(error) ? exitCodes.prerequisite : exitCodes.bug;
}
