import {StepError} from '../errors.ts';
import {type FactRequest, Facts, factKey} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A gatherer that reads each thing once, and keeps all that it has read: a plan sees the world at one moment. */
export class Snapshot implements Gatherer {
	readonly #base: Gatherer;
	readonly #readings = new Map<string, {readonly request: FactRequest; readonly value: Promise<unknown>}>();

	constructor(base: Gatherer) {
		this.#base = base;
	}

	async read(requests: readonly FactRequest[]): Promise<Facts> {
		const missing = requests.filter(request => !this.#readings.has(factKey(request)));
		for (const request of missing) {
			const value = this.#base.read([request]).then(facts => facts.get(request));
			// Whoever asked waits for it; that it failed before somebody did is no error of the process.
			value.catch(() => {});
			this.#readings.set(factKey(request), {request, value});
		}
		const readings = requests.map(
			async request => [request, await this.#readings.get(factKey(request))?.value] as const,
		);
		return new Facts().with(await Promise.all(readings));
	}

	/** All that was read and could be. In the order of the keys, so that the same world gives the same text. */
	async facts(): Promise<Facts> {
		const settled = await Promise.all(
			[...this.#readings.values()].map(async ({request, value}) => {
				const read = await value.then(
					known => ({known}),
					() => undefined,
				);
				return read === undefined ? [] : [[request, read.known] as const];
			}),
		);
		const sorted = settled.flat().sort(([a], [b]) => (factKey(a) < factKey(b) ? -1 : 1));
		return new Facts().with(sorted);
	}
}

/** Reads from facts that were gathered before, and reaches no host. */
export function recordedGatherer(facts: Facts, file: string): Gatherer {
	return {
		async read(requests) {
			const missing = requests.find(request => !facts.has(request));
			if (missing !== undefined) {
				throw new StepError(
					`${file} lacks ${factKey(missing)}`,
					`gather the facts again: vacate facts -i INVENTORY -o ${file}`,
					{retry: 'never'},
				);
			}
			return new Facts().with(requests.map(request => [request, facts.get(request)] as const));
		},
	};
}
