/** A semaphore; callers are admitted in order. */
export class Semaphore {
	#room: number;
	readonly #waiting: (() => void)[] = [];

	constructor(room: number) {
		this.#room = room;
	}

	async pass<T>(work: () => Promise<T>): Promise<T> {
		if (this.#room > 0) this.#room -= 1;
		else await new Promise<void>(resolve => this.#waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next === undefined) this.#room += 1;
			else next();
		}
	}
}
