import type {Json} from '../steps/step.ts';
import type {Event} from './events.ts';
import type {ExecutionOverrides} from './execution-overrides.ts';

/** Who had something done, from where, when and why. */
export type Origin = {
	/** The login, as the operating system knows it. */
	readonly operator: string;
	/** Who became that login by sudo. */
	readonly sudo_user?: string;
	/** The name of this machine. */
	readonly controller: string;
	/** The time of day, in UTC: `2026-11-30T18:00:00Z`. */
	readonly at: string;
	readonly ticket?: string;
	readonly reason?: string;
	/** Who has approved the plan, where a policy asks for it. */
	readonly approved_by?: string;
	/** Why it was done against the policy. */
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

/** One line of the journal. `id` is that of the action. */
export type JournalEntry =
	| {
			readonly type: 'run';
			/** Of the format. A test reads a journal that each version has written. */
			readonly version: 1 | 2 | 3;
			readonly run: string;
			readonly playbook: string;
			/** How the run was called, for who goes on with it: whatever the command line makes of it. */
			readonly call?: Json;
			readonly origin?: Origin;
	  }
	/** What a new run rests on. */
	| ({readonly type: 'provenance'} & RunProvenance)
	| {readonly type: 'resumed'; readonly by: string; readonly origin?: Origin}
	/** Somebody has asked for the run to stop. */
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
	/** A guest that was asked for and was not moved, or not even begun. */
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
	| {readonly type: 'ended'; readonly exitCode: number};

/** Where intents and outcomes are kept. */
export interface Journal {
	/** Resolves when the record is safe on disk. When it rejects, nothing more may be done. */
	append(record: JournalEntry): Promise<void>;
}

export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Waits, or rejects with InterruptedError as soon as the signal fires. */
	sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Whoever wants to know. Must not throw. */
export type Emit = (event: Event) => void;

/** Who looks on while a run goes on. */
export interface Operator {
	tell(text: string): void;
	/** Throws StepError when there is nobody, InterruptedError as soon as the signal fires. */
	ask(question: string, kind: 'shown' | 'secret', signal: AbortSignal): Promise<string>;
}
