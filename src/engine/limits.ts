import {InterruptedError} from '../errors.ts';

/** How many at once, by name. Whoever claims several names waits until all of them have room. First come, first served. */
export class Limits {
	readonly #room: Map<string, number>;
	#waiting: Waiter[] = [];

	constructor(limits: Readonly<Record<string, number>>) {
		this.#room = new Map(Object.entries(limits));
	}

	/** The first of the names that has no room now. */
	fullOne(claims: readonly string[]): string | undefined {
		return claims.find(claim => (this.#room.get(claim) ?? 1) < 1);
	}

	/** Waits for room. Call what it gives exactly once to make room again. */
	async acquire(claims: readonly string[], signal: AbortSignal): Promise<() => void> {
		if (signal.aborted) throw new InterruptedError();
		if (this.fullOne(claims) !== undefined) await this.#wait(claims, signal);
		else this.#take(claims, -1);
		return () => {
			this.#take(claims, 1);
			this.#admit();
		};
	}

	#wait(claims: readonly string[], signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#waiting = this.#waiting.filter(waiter => waiter !== mine);
				reject(new InterruptedError());
			};
			const enter = () => {
				signal.removeEventListener('abort', leave);
				resolve();
			};
			const mine = {claims, enter};
			this.#waiting.push(mine);
			signal.addEventListener('abort', leave, {once: true});
		});
	}

	#admit(): void {
		this.#waiting = this.#waiting.filter(({claims, enter}) => {
			if (this.fullOne(claims) !== undefined) return true;
			this.#take(claims, -1);
			enter();
			return false;
		});
	}

	#take(claims: readonly string[], change: number): void {
		for (const claim of claims) {
			const room = this.#room.get(claim);
			if (room !== undefined) this.#room.set(claim, room + change);
		}
	}
}

type Waiter = {readonly claims: readonly string[]; readonly enter: () => void};
