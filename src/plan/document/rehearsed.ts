import type {MoveLoad} from '../../steps/move-load.ts';
import type {GuestMove, GuestStaying, ImageFate, Json, Part, Warning} from '../../steps/step.ts';

/** Which action a note is about. */
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

/** How an action is taken back; `settles`: it is an end in itself, and stays when something later fails. */
export type Reversibility = 'undone' | 'settles' | {readonly irreversible: string};

/** What a rehearsal has come across, in the order in which a run would. */
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
		/** A step that is many, and what it has chosen. */
		| {
				readonly kind: 'whole';
				readonly limits: Readonly<Record<string, number>>;
				readonly parts: readonly (Part & {readonly id: string})[];
				readonly left: readonly GuestStaying[];
				readonly warnings: readonly Warning[];
		  }
		/** Not to be done, and why. */
		| {readonly kind: 'nothing'; readonly reason: string}
		/** Decided only while it runs. */
		| {readonly kind: 'open'; readonly reason: string}
		/** It would fail. */
		| {
				readonly kind: 'refused';
				readonly message: string;
				readonly remedies: readonly string[];
				readonly rescued: boolean;
		  }
	);
