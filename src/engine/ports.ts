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

/** What a run rests on, by which others can tell it later. Digests are of whole files: `sha256:…`. */
export type RunProvenance = {
	/** `vacate 0.1.0`. */
	readonly tool: string;
	/** The seal of the plan that is carried out. */
	readonly plan?: string;
	readonly policy?: {readonly file: string; readonly digest: string};
	/** Files in the folder of the run: who made the plan, and who approved it. */
	readonly files: readonly {readonly name: string; readonly digest: string}[];
	/** The hosts that were read before the run began, with what runs on them. */
	readonly hosts: readonly {readonly host: string; readonly libvirt?: string; readonly qemu?: string}[];
};

/** The resolution of an action whose outcome is unknown: it was done, it is repeated, or it is left as it is. */
export type ResolvedAs = 'done' | 'again' | 'skip';

/** What an operator reports about an action that was started and whose outcome is unknown. */
export type Resolution = {readonly id: string; readonly as: ResolvedAs};

/** A record of the journal. `id` is that of the action. */
export type JournalEntry =
	| {
			readonly type: 'run';
			/** Version of the format. A test reads a journal of each version. */
			readonly version: 1 | 2 | 3;
			readonly run: string;
			readonly playbook: string;
			/** The invocation of the run, for resume. Its format is defined by the command line. */
			readonly call?: Json;
			readonly origin?: Origin;
	  }
	/** What a new run rests on. */
	| ({readonly type: 'provenance'} & RunProvenance)
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
			/** Its task does it again until a condition is true: to repeat it does no harm. */
			readonly repeats?: true;
	  }
	| {readonly type: 'succeeded'; readonly id: string; readonly receipt: Json}
	| {readonly type: 'failed'; readonly id: string; readonly message: string}
	| {readonly type: 'undo-started'; readonly id: string}
	| {readonly type: 'undone'; readonly id: string}
	| {readonly type: 'stuck'; readonly id: string; readonly message: string}
	/** An action with an unknown outcome: the report of an operator, with its origin, or why it is resolved without one. */
	| {
			readonly type: 'resolved';
			readonly id: string;
			readonly as: ResolvedAs;
			/** Of an action that was done. */
			readonly receipt?: Json;
			readonly why?: string;
			readonly origin?: Origin;
	  }
	/** A selected guest that was not moved, or whose move was not started. */
	| {
			readonly type: 'left';
			readonly guest: string;
			readonly host: string;
			readonly reason: string;
			/** It goes on in the next window. */
			readonly waits?: 'window';
	  }
	/** A guest that was planned and whose action was left out, or was not needed any more. */
	| {readonly type: 'skipped'; readonly guest: string; readonly host: string; readonly reason: string}
	/** A guest whose destination did not take it, and the one to which it moves instead. */
	| {
			readonly type: 'placed-again';
			readonly guest: string;
			readonly host: string;
			readonly to: string;
			readonly tried: readonly {readonly host: string; readonly reason: string}[];
	  }
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
