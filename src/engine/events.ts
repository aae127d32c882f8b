import type {CreatedFile, GuestMove, Json, Progress, Rejected, Result} from '../steps/step.ts';

/** The outcome of an action. The first five are Ansible's. */
export type ActionOutcome = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'undone' | 'stuck';

/** The action that an event is about. */
export type ActionName = {
	/** Unique in the run and the same in every run of the same playbook: `play1.task2@kvm1#web1`. */
	readonly id: string;
	readonly host: string;
	readonly step: string;
	/** The displayed name: `web1 to kvm2`. */
	readonly title: string;
	/** The loop item. */
	readonly item?: Json;
	/** The guest that it moves, if any. */
	readonly guest?: string;
	/** The destination of the guest. */
	readonly to?: string;
	/** The action in whose place it is done: the planned move, whose destination did not take the guest. */
	readonly insteadOf?: string;
};

/** A failure, as data. `views/` creates the text. */
export type Failure = {
	readonly code: string;
	readonly message: string;
	/** The next steps: one command or sentence each. */
	readonly remedies: readonly string[];
	/** Where the guest is now, if the action is about a guest. */
	readonly where?: string;
	/** For a stuck action: files that it created and that may remain. */
	readonly left?: readonly CreatedFile[];
	readonly command?: {readonly host: string; readonly line: string; readonly stderr: string};
};

/** Events of the engine. `at` is milliseconds since 1970. */
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
			/** Failed, but its host continues. */
			readonly ignored?: boolean;
			/** Failed, and a `rescue` follows. */
			readonly rescued?: boolean;
	  }
	/** A guest that was to move and stays. */
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
 * Number of outcomes of each kind on a host. As in Ansible, a failure followed by `rescue` counts as rescued, one
 * that its task ignores as ignored, and neither as failed or unreachable.
 */
export type HostCounts = Readonly<Record<ActionOutcome | 'rescued' | 'ignored', number>>;

/** The results of a run. */
export type Recap = {
	readonly run: string;
	readonly exitCode: number;
	readonly durationMs: number;
	/** Counts by host, in order of appearance. */
	readonly hosts: Readonly<Record<string, HostCounts>>;
	readonly guests: readonly GuestRecap[];
	/** Moves made and undone. In a rolling run, a guest moves more than once. */
	readonly moves: number;
	readonly undoneMoves: number;
	/** What could not be undone, and why. */
	readonly irreversible: readonly string[];
	/** Kept copies left by the run, by host. */
	readonly kept?: readonly KeptRecap[];
};

export type KeptRecap = {readonly host: string; readonly copies: number; readonly bytes: number};

/** The recap of one guest. */
export type GuestRecap = {
	readonly guest: string;
	readonly uuid?: string;
	readonly from: string;
	readonly to?: string;
	readonly outcome: ActionOutcome | 'left';
	/** Destinations that did not take it, before the one that it moved to. */
	readonly tried?: readonly Rejected[];
	/** Where it is now: the name of the host, or a description if uncertain. */
	readonly where: string;
	readonly bytes?: number;
	readonly seconds?: number;
	readonly downtimeMs?: number;
};
