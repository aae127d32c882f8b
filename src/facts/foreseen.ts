import type {CensusEntry} from '../virsh/census.ts';
import type {FactKind, FactRequest, Facts, HostFact, Request, Value} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A guest that will have moved. */
export type ForeseenMove = {
	readonly uuid: string;
	readonly from: string;
	readonly to: string;
	/** Paths of the disks that it brings along. */
	readonly paths: readonly string[];
};

/** What qemu takes beside the guest's memory. */
const overheadKib = 64 * 1024;

/** The world as it will be when the moves that were foreseen are done. */
export class ForeseenGatherer implements Gatherer {
	readonly #base: Gatherer;
	/** In the order in which they will be done. */
	readonly #moves: ForeseenMove[] = [];

	constructor(base: Gatherer) {
		this.#base = base;
	}

	moved(move: ForeseenMove): void {
		this.#moves.push(move);
	}

	async read(requests: readonly FactRequest[]): Promise<Facts> {
		const base = await this.#base.read([]);
		const values = await Promise.all(requests.map(async request => [request, await this.#value(request)] as const));
		return base.with(values);
	}

	async #value(request: FactRequest): Promise<unknown> {
		switch (request.kind) {
			case 'census':
				return this.#census(request.host);
			case 'host':
				return this.#host(request);
			case 'domain':
			case 'job':
			case 'completed':
				return this.#ofGuest(request);
			case 'image':
			case 'path':
			case 'content':
				return this.#ofFile(request);
			case 'virsh':
				return this.#any(request);
		}
	}

	async #census(host: string): Promise<readonly CensusEntry[]> {
		let entries = await this.#real({kind: 'census', host});
		for (const {uuid, from, to} of this.#moves) {
			if (from === host) entries = entries.filter(entry => entry.uuid !== uuid);
			if (to !== host) continue;
			const origin = await this.#real({kind: 'census', host: this.#originOf(uuid)});
			const entry = origin.find(one => one.uuid === uuid);
			if (entry !== undefined) entries = [...entries.filter(one => one.uuid !== uuid), entry];
		}
		return entries;
	}

	async #host(request: Request<'host'> & {readonly kind: 'host'}): Promise<HostFact> {
		const fact = await this.#real(request);
		let {availableKib} = fact;
		for (const {uuid, from, to} of this.#moves) {
			if (from !== request.host && to !== request.host) continue;
			const origin = await this.#real({kind: 'census', host: this.#originOf(uuid)});
			const needKib = (origin.find(one => one.uuid === uuid)?.memoryKib ?? 0) + overheadKib;
			availableKib += from === request.host ? needKib : -needKib;
		}
		return {...fact, availableKib};
	}

	async #ofGuest(request: FactRequest & {readonly kind: 'domain' | 'job' | 'completed'}): Promise<unknown> {
		const last = this.#moves.findLast(({uuid}) => uuid === request.uuid);
		if (last === undefined) return this.#any(request);
		return last.to === request.host ? this.#any({...request, host: this.#originOf(request.uuid)}) : undefined;
	}

	/** A move leaves the disks at the source. */
	async #ofFile(request: FactRequest & {readonly kind: 'image' | 'path' | 'content'}): Promise<unknown> {
		const bringing = this.#moves.find(({to, paths}) => to === request.host && paths.includes(request.path));
		return this.#any(bringing === undefined ? request : {...request, host: this.#originOf(bringing.uuid)});
	}

	#originOf(guest: string): string {
		const first = this.#moves.find(({uuid}) => uuid === guest);
		if (first === undefined) throw new Error(`no move of ${guest} was foreseen`);
		return first.from;
	}

	async #real<Kind extends FactKind>(request: Request<Kind> & {readonly kind: Kind}): Promise<Value<Kind>> {
		return (await this.#base.read([request])).of<Kind>(request);
	}

	async #any(request: FactRequest): Promise<unknown> {
		return (await this.#base.read([request])).get(request);
	}
}
