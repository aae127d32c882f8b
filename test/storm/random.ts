/** A source of chance that a seed repeats. */
export type Random = {
	/** From `low` to `high`, both among them. */
	whole(low: number, high: number): number;
	pick<Thing>(things: readonly Thing[]): Thing;
	/** True so often, of 1. */
	chance(share: number): boolean;
};

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are enough for storms. */
export function randomFrom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
	return {
		whole,
		chance: share => next() < share,
		pick(things) {
			const thing = things[whole(0, things.length - 1)];
			if (thing === undefined) throw new Error('there is nothing to pick from');
			return thing;
		},
	};
}
