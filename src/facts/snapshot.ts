import {StepError} from '../errors.ts';
import {type FactRequest, Facts, factKey} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A gatherer that reads each fact once and keeps it, so that a plan uses a consistent snapshot. */
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
			// The caller handles the rejection later, so this must not be an unhandled rejection.
			value.catch(() => {});
			this.#readings.set(factKey(request), {request, value});
		}
		const readings = requests.map(
			async request => [request, await this.#readings.get(factKey(request))?.value] as const,
		);
		return new Facts().with(await Promise.all(readings));
	}

	/** All facts that were read, sorted by key, so that the output is deterministic. */
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

/** A gatherer for previously gathered facts, which contacts no host. */
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
