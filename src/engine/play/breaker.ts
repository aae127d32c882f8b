import type {PartBounds} from '../../steps/step.ts';

/** Counts the results of the parts of a step, and decides when no more may start. */
export class Breaker {
	readonly #bounds: PartBounds;
	readonly #parts: number;
	#failed = 0;
	#row = 0;
	#moment = 0;
	#lastFailure = 0;

	constructor(bounds: PartBounds, parts: number) {
		this.#bounds = bounds;
		this.#parts = parts;
	}

	/** Called when a part starts. The returned function must be called when it ends. */
	begin(): (end: 'good' | 'bad' | 'refused') => void {
		this.#moment += 1;
		const begun = this.#moment;
		return end => this.#note(end, begun);
	}

	/**
	 * Failures of concurrent parts usually have one cause, such as a lost connection, and count once as consecutive.
	 * Parts that could not be attempted do not count.
	 */
	#note(end: 'good' | 'bad' | 'refused', begun: number): void {
		if (end === 'good') this.#row = 0;
		else this.#failed += 1;
		if (end !== 'bad' || begun < this.#lastFailure) return;
		this.#row += 1;
		this.#moment += 1;
		this.#lastFailure = this.#moment;
	}

	/** Why a part of this duration may not start now, because of a window; a shorter one may. */
	whyNotNow(now: number, durationMs: number): string | undefined {
		return this.#bounds.whyNotNow?.(now, durationMs);
	}

	/** Why no more parts may start. */
	get reason(): string | undefined {
		const {inARow, percent} = this.#bounds;
		if (inARow !== undefined && this.#row >= inARow) return `${this.#row} consecutive moves failed`;
		const share = (this.#failed * 100) / this.#parts;
		if (percent !== undefined && share > percent) {
			return `${this.#failed} of ${this.#parts} moves failed, more than ${percent} %`;
		}
		return undefined;
	}
}
