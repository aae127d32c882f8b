import type {Event, Failure} from '../engine/events.ts';

/** An event that the recap repeats: an action that failed, or a guest that stays. */
export type ReportedFailure =
	| (Event & {readonly type: 'guest-left'})
	| (Event & {readonly type: 'action-ended'; readonly failure: Failure});

/** Collects, from the events of a run, the failures that its recap repeats. */
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

/** Ignored and rescued failures are not reported: if the rescue fails, that is reported as a separate failure. */
function isTrouble(event: Event): event is ReportedFailure {
	if (event.type !== 'action-ended') return event.type === 'guest-left';
	return event.failure !== undefined && event.ignored !== true && event.rescued !== true;
}
