import type {Json} from '../steps/step.ts';
import type {Event} from './events.ts';
import type {ExecutionOverrides} from './execution-overrides.ts';

/** Who started a run, from where, when and why. */
export type Origin = {
	/** The login name of the operating system. */
	readonly operator: string;
	/** The user who ran sudo. */
	readonly sudo_user?: string;
	/** The host name of this machine. */
	readonly controller: string;
	/** The time, in UTC: `2026-11-30T18:00:00Z`. */
	readonly at: string;
	readonly ticket?: string;
	readonly reason?: string;
	/** Who approved the plan, if a policy requires it. */
	readonly approved_by?: string;
	/** The reason for overriding the policy. */
	readonly override?: string;
};

/** A record of the journal. `id` is that of the action. */
export type JournalEntry =
	| {
			readonly type: 'run';
			/** Version of the format. A test reads a journal of each version. */
			readonly version: 1 | 2;
			readonly run: string;
			readonly playbook: string;
			/** The invocation of the run, for resume. Its format is defined by the command line. */
			readonly call?: Json;
			readonly origin?: Origin;
	  }
	| {readonly type: 'resumed'; readonly by: string; readonly origin?: Origin}
	/** The run was asked to stop. */
	| {readonly type: 'abort-asked'; readonly origin: Origin}
	| {
			readonly type: 'started';
			readonly id: string;
			readonly host: string;
			readonly step: string;
			readonly action: Json;
			readonly overrides?: ExecutionOverrides;
	  }
	| {readonly type: 'succeeded'; readonly id: string; readonly receipt: Json}
	| {readonly type: 'failed'; readonly id: string; readonly message: string}
	| {readonly type: 'undo-started'; readonly id: string}
	| {readonly type: 'undone'; readonly id: string}
	| {readonly type: 'stuck'; readonly id: string; readonly message: string}
	/** A selected guest that was not moved, or whose move was not started. */
	| {readonly type: 'left'; readonly guest: string; readonly host: string; readonly reason: string}
	| {readonly type: 'ended'; readonly exitCode: number};

/** Storage of intents and outcomes. */
export interface Journal {
	/** Resolves when the record is on disk. If it rejects, nothing more may be done. */
	append(record: JournalEntry): Promise<void>;
}

export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Waits; rejects with InterruptedError when the signal fires. */
	sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** A listener for events. Must not throw. */
export type Emit = (event: Event) => void;

/** The operator of a run. */
export interface Operator {
	tell(text: string): void;
	/** Throws StepError without a terminal, InterruptedError when the signal fires. */
	ask(question: string, kind: 'shown' | 'secret', signal: AbortSignal): Promise<string>;
}
