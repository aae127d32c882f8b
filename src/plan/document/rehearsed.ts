import type {MoveLoad} from '../../steps/move-load.ts';
import type {GuestMove, GuestStaying, ImageFate, Json, Part, Warning} from '../../steps/step.ts';

/** The action of a note. */
export type RehearsedName = {
	readonly id: string;
	/** `play1.task2`. */
	readonly task: string;
	readonly host: string;
	readonly step: string;
	readonly title: string;
	readonly guest?: string;
	readonly to?: string;
};

/** How an action is undone; `final`: it is not undone if a later action fails. */
export type Reversibility = 'undone' | 'final' | {readonly irreversible: string};

/** A note of a rehearsal, in execution order. */
export type Rehearsed = RehearsedName &
	(
		| {
				readonly kind: 'act';
				readonly writes: boolean;
				readonly params: Json;
				readonly action: Json;
				readonly commands: readonly {readonly on: string; readonly run: string}[];
				readonly move?: GuestMove;
				readonly load?: MoveLoad;
				readonly warnings: readonly string[];
				readonly images: readonly ImageFate[];
				readonly undo: Reversibility;
		  }
		/** A composite step with its choice. */
		| {
				readonly kind: 'whole';
				readonly limits: Readonly<Record<string, number>>;
				readonly parts: readonly (Part & {readonly id: string})[];
				readonly left: readonly GuestStaying[];
				readonly warnings: readonly Warning[];
		  }
		/** Skipped, with the reason. */
		| {readonly kind: 'nothing'; readonly reason: string}
		/** Decided at run time. */
		| {readonly kind: 'open'; readonly reason: string}
		/** Would fail. */
		| {
				readonly kind: 'refused';
				readonly message: string;
				readonly remedies: readonly string[];
				readonly rescued: boolean;
		  }
	);
