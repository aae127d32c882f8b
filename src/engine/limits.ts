import {InterruptedError} from '../errors.ts';

/** The claims of a caller. */
export type LimitClaim = {
	/** How much it counts against each limit (default: 1), capped at the limit, since it could otherwise never start. */
	readonly weight?: number | undefined;
	/** Called with the limit that delays the caller, and again when another one does. */
	readonly held?: (limit: string) => void;
};

/**
 * Concurrency limits by name. A caller with several claims waits until all are available. Nothing overtakes at a
 * limit that delays another caller, so that heavy claims are not starved by light ones, as simulated by `src/schedule`.
 */
export class ConcurrencyLimits {
	readonly #limits = new Map<string, number>();
	readonly #taken = new Map<string, number>();
	#waiting: Waiter[] = [];

	constructor(limits: Readonly<Record<string, number>>) {
		this.declare(limits);
	}

	/** Adds limits. If a name already has one, the smaller applies. */
	declare(limits: Readonly<Record<string, number>>): void {
		for (const [name, limit] of Object.entries(limits)) {
			this.#limits.set(name, Math.min(limit, this.#limits.get(name) ?? limit));
		}
	}

	/** Waits until the claims are available. The returned function releases them and must be called exactly once. */
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

	/** Admits waiting callers whose claims are available, in order of arrival. */
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
	/** The limit that delays it. */
	limit?: string;
};
