import type {Event, Failure} from '../engine/events.ts';

/** Something that a person has to know at the end of a run: an action that failed, or a guest that stays. */
export type ReportedFailure =
	| (Event & {readonly type: 'guest-left'})
	| (Event & {readonly type: 'action-ended'; readonly failure: Failure});

/** Keeps, from a run's events, what its recap has to say again. */
export class FailureList {
	#all: readonly ReportedFailure[] = [];

	on(event: Event): void {
		if (isTrouble(event)) this.#all = [...this.#all, event];
		if (event.type !== 'action-ended' || event.outcome !== 'changed') return;
		const {insteadOf} = event.action;
		if (insteadOf !== undefined) this.#all = this.#all.filter(one => !isBefore(one, insteadOf));
	}

	get all(): readonly ReportedFailure[] {
		return this.#all;
	}
}

/** A failed move of a guest that has moved to another destination since. */
function isBefore(failure: ReportedFailure, id: string): boolean {
	return failure.type === 'action-ended' && (failure.action.id === id || failure.action.insteadOf === id);
}

/** A failure that is ignored, or that a `rescue` follows, is none: what the rescue cannot save fails by itself. */
function isTrouble(event: Event): event is ReportedFailure {
	if (event.type !== 'action-ended') return event.type === 'guest-left';
	return event.failure !== undefined && event.ignored !== true && event.rescued !== true;
}
