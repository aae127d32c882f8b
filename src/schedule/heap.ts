/** A priority queue. The order of items that compare as equal is arbitrary but deterministic. */
export class Heap<T> {
	readonly #items: T[] = [];
	readonly #compare: (a: T, b: T) => number;

	constructor(compare: (a: T, b: T) => number) {
		this.#compare = compare;
	}

	get first(): T | undefined {
		return this.#items[0];
	}

	push(item: T): void {
		let at = this.#items.push(item) - 1;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if (!this.#isBefore(at, parent)) return;
			this.#swap(at, parent);
			at = parent;
		}
	}

	pop(): T | undefined {
		const first = this.#items[0];
		const last = this.#items.pop();
		if (this.#items.length === 0 || last === undefined) return first;
		this.#items[0] = last;
		let at = 0;
		for (;;) {
			let least = at;
			for (const child of [2 * at + 1, 2 * at + 2]) {
				if (child < this.#items.length && this.#isBefore(child, least)) least = child;
			}
			if (least === at) return first;
			this.#swap(at, least);
			at = least;
		}
	}

	#isBefore(a: number, b: number): boolean {
		const [one, other] = [this.#items[a], this.#items[b]];
		return one !== undefined && other !== undefined && this.#compare(one, other) < 0;
	}

	#swap(a: number, b: number): void {
		const [one, other] = [this.#items[a], this.#items[b]];
		if (one === undefined || other === undefined) return;
		this.#items[a] = other;
		this.#items[b] = one;
	}
}
