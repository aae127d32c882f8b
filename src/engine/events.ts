import type {CreatedFile, GuestMove, Json, Progress, Rejected, Result} from '../steps/step.ts';

/** How an action ended. The first five are Ansible's. */
export type ActionOutcome = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'undone' | 'stuck';

/** Which action an event is about. */
export type ActionName = {
	/** Unique in the run and the same in every run of the same playbook: `play1.task2@kvm1#web1`. */
	readonly id: string;
	readonly host: string;
	readonly step: string;
	/** What a person calls it: `web1 to kvm2`. */
	readonly title: string;
	/** Of a loop: what this round is for. */
	readonly item?: Json;
	/** The guest that it moves, if it moves one. */
	readonly guest?: string;
	/** The host that the guest goes to. */
	readonly to?: string;
	/** The action in whose place it is done: the planned move, whose destination did not take the guest. */
	readonly insteadOf?: string;
};

/** What went wrong, as facts; `views/` makes the text. */
export type Failure = {
	readonly code: string;
	readonly message: string;
	/** What to run next, one command or sentence a line. */
	readonly remedies: readonly string[];
	/** Where the guest is now, when the action is about one. */
	readonly where?: string;
	/** Of an action that is stuck: files that it made and that may still be there. */
	readonly left?: readonly CreatedFile[];
	readonly command?: {readonly host: string; readonly line: string; readonly stderr: string};
};

/** What the engine tells while it works. `at` is milliseconds since 1970. */
export type Event = {readonly at: number} & (
	| {readonly type: 'run-started'; readonly run: string; readonly playbook: string}
	| {readonly type: 'play-started'; readonly play: string; readonly hosts: readonly string[]}
	| {readonly type: 'task-started'; readonly task: string; readonly name: string; readonly hosts: readonly string[]}
	| {readonly type: 'action-waiting'; readonly action: ActionName; readonly limit: string; readonly weight?: number}
	| {readonly type: 'action-started'; readonly action: ActionName; readonly attempt: number}
	| {readonly type: 'action-progress'; readonly action: ActionName; readonly progress: Progress}
	| {
			readonly type: 'action-retry';
			readonly action: ActionName;
			readonly attempt: number;
			readonly delayMs: number;
			readonly failure: Failure;
	  }
	| {
			readonly type: 'action-ended';
			readonly action: ActionName;
			readonly outcome: ActionOutcome;
			readonly durationMs: number;
			/** Why it was skipped. */
			readonly reason?: string;
			readonly failure?: Failure;
			readonly result?: Result;
			readonly move?: GuestMove;
			/** It has failed, and its host goes on. */
			readonly ignored?: boolean;
			/** It has failed, and a `rescue` comes next. */
			readonly rescued?: boolean;
	  }
	/** A guest that the playbook asked to move and that stays. */
	| {
			readonly type: 'guest-left';
			readonly guest: string;
			readonly host: string;
			readonly reason: string;
			readonly remedy: string;
	  }
	/** A guest whose destinations did not take it, and the one to which it moves instead. */
	| {
			readonly type: 'guest-placed-again';
			readonly guest: string;
			readonly host: string;
			readonly to: string;
			readonly tried: readonly Rejected[];
	  }
	| {readonly type: 'undo-started'; readonly action: ActionName}
	| {readonly type: 'run-ended'; readonly recap: Recap}
);

/**
 * How often each outcome came up on a host. As in Ansible a failure that a `rescue` follows is counted as rescued, one
 * that its task ignores as ignored, and neither as failed or unreachable.
 */
export type HostCounts = Readonly<Record<ActionOutcome | 'rescued' | 'ignored', number>>;

/** What a run came to. */
export type Recap = {
	readonly run: string;
	readonly exitCode: number;
	readonly durationMs: number;
	/** Counts by host, in the order in which the hosts came up. */
	readonly hosts: Readonly<Record<string, HostCounts>>;
	readonly guests: readonly GuestRecap[];
	/** Moves that were made, and that were undone: in a rolling run a guest moves more than once. */
	readonly moves: number;
	readonly undoneMoves: number;
	/** What could not be taken back, and why. */
	readonly irreversible: readonly string[];
	/** Kept copies that the run has left, by host. */
	readonly kept?: readonly KeptRecap[];
};

export type KeptRecap = {readonly host: string; readonly copies: number; readonly bytes: number};

/** One guest's line of the recap. */
export type GuestRecap = {
	readonly guest: string;
	readonly uuid?: string;
	readonly from: string;
	readonly to?: string;
	readonly outcome: ActionOutcome | 'left';
	/** Destinations that did not take it, before the one that it moved to. */
	readonly tried?: readonly Rejected[];
	/** Where it is now: a host's name, or in words where that is not certain. */
	readonly where: string;
	readonly bytes?: number;
	readonly seconds?: number;
	readonly downtimeMs?: number;
};
