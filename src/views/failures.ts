import type {Event, Failure} from '../engine/events.ts';

/** Something that a person has to know at the end of a run: an action that failed, or a guest that stays. */
export type ReportedFailure =
	| (Event & {readonly type: 'guest-left'})
	| (Event & {readonly type: 'action-ended'; readonly failure: Failure});

/** Keeps, from a run's events, what its recap has to say again. */
export class FailureList {
	readonly #all: ReportedFailure[] = [];

	on(event: Event): void {
		if (isTrouble(event)) this.#all.push(event);
	}

	get all(): readonly ReportedFailure[] {
		return this.#all;
	}
}

/** A failure that is ignored, or that a `rescue` follows, is none: what the rescue cannot save fails by itself. */
function isTrouble(event: Event): event is ReportedFailure {
	if (event.type !== 'action-ended') return event.type === 'guest-left';
	return event.failure !== undefined && event.ignored !== true && event.rescued !== true;
}
