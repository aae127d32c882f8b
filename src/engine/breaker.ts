import type {PartBounds} from '../steps/step.ts';

/** Counts how the parts of a step end, and says when no more may begin. */
export class Breaker {
	readonly #bounds: PartBounds;
	readonly #parts: number;
	#failed = 0;
	#row = 0;

	constructor(bounds: PartBounds, parts: number) {
		this.#bounds = bounds;
		this.#parts = parts;
	}

	/** `refused`: it could not even be tried, which says nothing of the parts after it. */
	note(end: 'good' | 'bad' | 'refused'): void {
		if (end !== 'good') this.#failed += 1;
		if (end === 'bad') this.#row += 1;
		if (end === 'good') this.#row = 0;
	}

	/** Why no more may begin. */
	get reason(): string | undefined {
		const {inARow, percent} = this.#bounds;
		if (inARow !== undefined && this.#row >= inARow) return `${this.#row} moves in a row have failed`;
		const share = (this.#failed * 100) / this.#parts;
		if (percent !== undefined && share > percent) {
			return `${this.#failed} of ${this.#parts} moves have failed, which is more than ${percent} %`;
		}
		return undefined;
	}
}
