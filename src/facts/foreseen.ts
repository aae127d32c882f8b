import type {Mount} from '../capabilities/system.ts';
import type {FolderFact} from '../files/folder.ts';
import {maxDowntimeArgs, parseMaxDowntime} from '../virsh/convergence.ts';
import type {DomainStatus} from '../virsh/domains.ts';
import {
	type Capabilities,
	type FactKind,
	type FactRequest,
	type Facts,
	factKey,
	type HostFact,
	type Request,
	type Value,
} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A guest that will have moved. */
export type ForeseenMove = {
	readonly uuid: string;
	readonly from: string;
	readonly to: string;
	/** The files that it brings along. */
	readonly files: readonly ForeseenFile[];
};

export type ForeseenFile = {
	/** At the source, and at the destination. */
	readonly from: string;
	readonly path: string;
	/** What it will take. */
	readonly bytes: number;
};

/**
 * What an action will have made otherwise: a reading, what a census says of a guest, or, `unsettled`, more of a guest than can
 * be foreseen.
 */
export type Effect =
	| {readonly of: 'reading'; readonly request: FactRequest; readonly value: unknown}
	| {readonly of: 'guest'; readonly uuid: string; readonly entry: Partial<DomainStatus>}
	| {readonly of: 'unsettled'; readonly uuid: string};

/** What qemu takes beside the guest's memory. */
const overheadKib = 64 * 1024;

/** The world as it will be when what was foreseen is done. */
export class ForeseenGatherer implements Gatherer {
	readonly #base: Gatherer;
	/** In the order in which they will be done. */
	readonly #moves: ForeseenMove[] = [];
	readonly #readings = new Map<string, unknown>();
	readonly #entries = new Map<string, Partial<DomainStatus>>();

	constructor(base: Gatherer) {
		this.#base = base;
	}

	moved(move: ForeseenMove): void {
		this.#moves.push(move);
	}

	changed(sight: Exclude<Effect, {readonly of: 'unsettled'}>): void {
		if (sight.of === 'reading') this.#readings.set(factKey(sight.request), sight.value);
		else this.#entries.set(sight.uuid, {...this.#entries.get(sight.uuid), ...sight.entry});
	}

	async read(requests: readonly FactRequest[]): Promise<Facts> {
		const base = await this.#base.read([]);
		const values = await Promise.all(requests.map(async request => [request, await this.#value(request)] as const));
		return base.with(values);
	}

	async #value(request: FactRequest): Promise<unknown> {
		const key = factKey(request);
		if (this.#readings.has(key)) return this.#readings.get(key);
		switch (request.kind) {
			case 'domains':
				return this.#domains(request.host);
			case 'host':
				return this.#host(request);
			case 'capabilities':
				return this.#capabilities(request);
			case 'cpu':
			case 'login':
			case 'migrate-options':
				return this.#any(request);
			case 'downtime':
				return this.#downtime(request);
			case 'domain':
			case 'domain-details':
			case 'job':
			case 'completed':
			case 'dirty-rate':
			case 'blockers':
				return this.#ofGuest(request);
			case 'image':
			case 'path':
			case 'digest':
			case 'content':
				return this.#ofFile(request);
			case 'folder':
				return this.#folder(request);
			case 'domain-artifacts':
			case 'secrets':
			case 'ports':
			case 'path-probe':
			case 'path-speed':
			case 'certificates':
			case 'lock':
			case 'virsh':
				return this.#any(request);
		}
	}

	async #downtime(request: Request<'downtime'> & {readonly kind: 'downtime'}): Promise<unknown> {
		const {host, uuid} = request;
		const told = this.#readings.get(factKey({kind: 'virsh', host, args: maxDowntimeArgs(uuid)}));
		return typeof told === 'string' ? parseMaxDowntime(told) : this.#ofGuest(request);
	}

	async #domains(host: string): Promise<readonly DomainStatus[]> {
		let entries = await this.#real({kind: 'domains', host});
		for (const {uuid, from, to} of this.#moves) {
			if (from === host) entries = entries.filter(entry => entry.uuid !== uuid);
			if (to !== host) continue;
			const origin = await this.#real({kind: 'domains', host: this.#originOf(uuid)});
			const entry = origin.find(one => one.uuid === uuid);
			if (entry !== undefined) entries = [...entries.filter(one => one.uuid !== uuid), entry];
		}
		return entries.map(entry => ({...entry, ...this.#entries.get(entry.uuid)}));
	}

	async #host(request: Request<'host'> & {readonly kind: 'host'}): Promise<HostFact> {
		const fact = await this.#real(request);
		let {availableKib} = fact;
		for (const {uuid, from, to} of this.#moves) {
			if (from !== request.host && to !== request.host) continue;
			const origin = await this.#real({kind: 'domains', host: this.#originOf(uuid)});
			const needKib = (origin.find(one => one.uuid === uuid)?.memoryKib ?? 0) + overheadKib;
			availableKib += from === request.host ? needKib : -needKib;
		}
		return {...fact, availableKib};
	}

	/** With the space that the copies will have taken. */
	async #capabilities(request: Request<'capabilities'> & {readonly kind: 'capabilities'}): Promise<Capabilities> {
		const capabilities = await this.#real(request);
		const coming = this.#moves.filter(({to}) => to === request.host).flatMap(({files}) => files);
		const taken = new Map<Mount, number>();
		for (const {path, bytes} of coming) {
			const [mount] = capabilities.mounts
				.filter(one => path.startsWith(one.path.endsWith('/') ? one.path : `${one.path}/`))
				.sort((a, b) => b.path.length - a.path.length);
			if (mount !== undefined) taken.set(mount, (taken.get(mount) ?? 0) + bytes);
		}
		const mounts = capabilities.mounts.map(mount => ({...mount, freeBytes: mount.freeBytes - (taken.get(mount) ?? 0)}));
		return {...capabilities, mounts};
	}

	async #ofGuest(
		request: FactRequest & {
			readonly kind: 'domain' | 'domain-details' | 'job' | 'completed' | 'downtime' | 'dirty-rate' | 'blockers';
		},
	): Promise<unknown> {
		const last = this.#moves.findLast(({uuid}) => uuid === request.uuid);
		if (last === undefined) return this.#any(request);
		return last.to === request.host ? this.#any({...request, host: this.#originOf(request.uuid)}) : undefined;
	}

	/** A move leaves the disks at the source. */
	async #ofFile(request: FactRequest & {readonly kind: 'image' | 'path' | 'digest' | 'content'}): Promise<unknown> {
		for (const {uuid, to, files} of this.#moves) {
			const brought = to === request.host ? files.find(({path}) => path === request.path) : undefined;
			if (brought === undefined) continue;
			const source = {...request, host: this.#originOf(uuid), path: brought.from};
			if (source.kind !== 'path') return this.#any(source);
			const file = await this.#real<'path'>({...source, kind: 'path'});
			// A copy is another file than the one that stays: storage that both share is told by files that are one.
			return file.type === 'absent' ? file : {...file, identity: file.identity.replace(/:/, `:on ${to} `)};
		}
		return this.#any(request);
	}

	/** What moves bring to a file system is no longer free there. */
	async #folder(request: Request<'folder'> & {readonly kind: 'folder'}): Promise<FolderFact> {
		const fact = await this.#real(request);
		if (!fact.exists) return fact;
		let {freeBytes} = fact;
		for (const {path, bytes} of this.#moves.filter(({to}) => to === request.host).flatMap(({files}) => files)) {
			const below = await this.#real<'folder'>({...request, path: path.replace(/\/[^/]*$/, '') || '/'});
			if (below.exists && below.fileSystem === fact.fileSystem) freeBytes -= bytes;
		}
		return {...fact, freeBytes};
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
