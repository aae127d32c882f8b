import {atHome, undecided} from './at.ts';
import {survives} from './headroom.ts';
import type {Unit} from './problem.ts';
import {comparePlaced, highestShare, placedByPriority, prioritiesOf} from './score.ts';
import {State} from './state.ts';

/** The step limit, about a tenth of a second. Seven guests on three hosts are exhausted in half of that. */
const mostSteps = 30_000;

/** Units times hosts: in larger problems, the step limit would not get far. */
const largest = 200;

const tolerance = 1e-9;

/**
 * Tries all placements of a small problem, promising ones first, as long as they may beat the best one so far: more
 * guests placed, or a lower highest share. Returns the best of the given and the found placements.
 */
export function search(start: State, isBest: (state: State) => boolean): State {
	const {units, open} = start.problem;
	if (units.length * open.length > largest || isBest(start)) return start;
	const tree = new Tree(start, isBest);
	tree.visit(0);
	return tree.best;
}

class Tree {
	best: State;
	readonly #isBest: (state: State) => boolean;
	readonly #state: State;
	readonly #order: readonly Unit[];
	readonly #priorities: readonly number[];
	/** The number of guests of each priority that have or may still find a destination. */
	readonly #most: number[];
	#placed: readonly number[];
	#share: number;
	#steps = mostSteps;

	constructor(start: State, isBest: (state: State) => boolean) {
		const {units} = start.problem;
		this.best = start;
		this.#isBest = isBest;
		this.#placed = placedByPriority(start);
		this.#share = highestShare(start);
		this.#state = new State(start.problem);
		for (const unit of units) this.#state.move(unit, undecided);
		this.#order = units.toSorted((a, b) => b.priority - a.priority || b.memoryKib - a.memoryKib || a.index - b.index);
		this.#priorities = prioritiesOf(units);
		this.#most = [...placedByPriority(start, () => true)];
	}

	visit(depth: number): void {
		if (this.#steps-- <= 0 || !this.#isPromising()) return;
		const unit = this.#order[depth];
		if (unit === undefined) {
			this.#keep();
			return;
		}
		for (const host of this.#hostsFor(unit)) {
			this.#state.move(unit, host);
			this.visit(depth + 1);
		}
		this.#state.move(unit, atHome);
		this.#expect(unit, -1);
		this.visit(depth + 1);
		this.#expect(unit, 1);
		this.#state.move(unit, undecided);
	}

	/** Whether the result could be better if all undecided units found a destination and no host became fuller. */
	#isPromising(): boolean {
		const more = comparePlaced(this.#most, this.#placed);
		return more > 0 || (more === 0 && highestShare(this.#state) < this.#share - tolerance);
	}

	#expect(unit: Unit, change: 1 | -1): void {
		for (const {priority} of unit.guests) {
			const index = this.#priorities.indexOf(priority);
			this.#most[index] = (this.#most[index] ?? 0) + change;
		}
	}

	#hostsFor(unit: Unit): readonly number[] {
		return Array.from(unit.hosts)
			.filter(host => this.#state.fits(unit, host))
			.sort((a, b) => this.#state.share(a, unit.memoryKib) - this.#state.share(b, unit.memoryKib) || a - b);
	}

	#keep(): void {
		if (this.#state.misplaced() !== undefined || !survives(this.#state)) return;
		this.best = this.#state.copy();
		this.#placed = placedByPriority(this.best);
		this.#share = highestShare(this.best);
		if (this.#isBest(this.best)) this.#steps = 0;
	}
}
