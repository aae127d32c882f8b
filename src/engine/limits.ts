import {InterruptedError} from '../errors.ts';

/** How somebody counts who asks for room. */
export type LimitClaim = {
	/** What it takes of each limit; 1 when left out. Never more than a whole limit, or it could never begin. */
	readonly weight?: number | undefined;
	/** Is told the limit that holds it, and another one when that holds it from then on. */
	readonly held?: (limit: string) => void;
};

/**
 * How much at once, by name. Whoever claims several names waits until all of them have room. Nobody overtakes at the
 * limit that holds another, so that a heavy one is not put off by light ones: as `src/schedule` foresees it.
 */
export class ConcurrencyLimits {
	readonly #limits = new Map<string, number>();
	readonly #taken = new Map<string, number>();
	#waiting: Waiter[] = [];

	constructor(limits: Readonly<Record<string, number>>) {
		this.declare(limits);
	}

	/** Adds limits. Of two for one name the smaller counts. */
	declare(limits: Readonly<Record<string, number>>): void {
		for (const [name, limit] of Object.entries(limits)) {
			this.#limits.set(name, Math.min(limit, this.#limits.get(name) ?? limit));
		}
	}

	/** Waits for room. Call what it gives exactly once to make room again. */
	async acquire(
		claims: readonly string[],
		signal: AbortSignal,
		{weight = 1, held = () => {}}: LimitClaim = {},
	): Promise<() => void> {
		if (signal.aborted) throw new InterruptedError();
		await this.#enter({claims, weight, held}, signal);
		return () => {
			this.#take(claims, -weight);
			this.#admit();
		};
	}

	#enter(asking: Omit<Waiter, 'enter'>, signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#waiting = this.#waiting.filter(waiter => waiter !== mine);
				reject(new InterruptedError());
				this.#admit();
			};
			const enter = () => {
				signal.removeEventListener('abort', leave);
				resolve();
			};
			const mine: Waiter = {...asking, enter};
			signal.addEventListener('abort', leave, {once: true});
			this.#waiting.push(mine);
			this.#admit();
		});
	}

	/** Lets in all that have room, those first who came first. */
	#admit(): void {
		const held = new Set<string>();
		this.#waiting = this.#waiting.filter(waiter => {
			const limit = waiter.claims.find(claim => held.has(claim) || !this.#hasRoom(claim, waiter.weight));
			if (limit === undefined) {
				this.#take(waiter.claims, waiter.weight);
				waiter.enter();
				return false;
			}
			held.add(limit);
			if (waiter.limit !== limit) waiter.held(limit);
			waiter.limit = limit;
			return true;
		});
	}

	#hasRoom(name: string, weight: number): boolean {
		const limit = this.#limits.get(name);
		const taken = this.#taken.get(name) ?? 0;
		return limit === undefined || taken === 0 || taken + weight <= limit;
	}

	#take(claims: readonly string[], weight: number): void {
		for (const claim of claims) this.#taken.set(claim, (this.#taken.get(claim) ?? 0) + weight);
	}
}

type Waiter = {
	readonly claims: readonly string[];
	readonly weight: number;
	readonly held: (limit: string) => void;
	readonly enter: () => void;
	/** The limit that holds it. */
	limit?: string;
};
