import type {FolderFact} from '../files/folder.ts';
import type {KeptCopies, KeptCopy} from '../files/kept/list.ts';
import type {PathFact} from '../files/stat.ts';
import type {Cordon} from '../virsh/cordon.ts';
import {renameInDefinition} from '../virsh/definition/rename-in-definition.ts';
import type {DomainStatus} from '../virsh/domains.ts';
import {maxDowntimeArgs, parseMaxDowntime} from '../virsh/migration/convergence.ts';
import {
	type Capabilities,
	type DiskUse,
	type DiskUsers,
	type FactKind,
	type FactRequest,
	type Facts,
	factKey,
	type HostFact,
	type Request,
	type Value,
} from './facts.ts';
import {type Effect, type ForeseenMove, isDeleted} from './foreseen-changes.ts';
import type {Gatherer} from './gather.ts';
import {mountsAfter} from './mounts-after.ts';

type FileRequest = FactRequest & {readonly kind: 'image' | 'path' | 'file' | 'digest' | 'content'};

/** The expected facts after the planned actions. */
export class ForeseenGatherer implements Gatherer {
	readonly #base: Gatherer;
	/** In execution order. */
	readonly #moves: ForeseenMove[] = [];
	readonly #readings = new Map<string, unknown>();
	readonly #entries = new Map<string, Partial<DomainStatus>>();
	readonly #cordons = new Map<string, Cordon | undefined>();

	constructor(base: Gatherer) {
		this.#base = base;
	}

	moved(move: ForeseenMove): void {
		this.#moves.push(move);
	}

	changed(sight: Exclude<Effect, {readonly of: 'unsettled'}>): void {
		if (sight.of === 'reading') this.#readings.set(factKey(sight.request), sight.value);
		else if (sight.of === 'cordon') this.#cordons.set(sight.host, sight.cordon);
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
			case 'kept-copies':
				return this.#keptCopies(request.host);
			case 'disk-users':
				return this.#diskUsers(request.host);
			case 'image':
			case 'path':
			case 'file':
			case 'digest':
			case 'content':
				return this.#ofFile(request);
			case 'folder':
				return this.#folder(request);
			case 'domain-artifacts':
			case 'secrets':
			case 'ports':
			case 'qemu-conf':
			case 'addresses':
			case 'migration-log':
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
		for (const {from, to, requiredKib} of this.#moves) {
			if (from === request.host) availableKib += requiredKib;
			if (to === request.host) availableKib -= requiredKib;
		}
		return {...fact, availableKib};
	}

	/** Includes the space of the planned copies, and the cordon. */
	async #capabilities(request: Request<'capabilities'> & {readonly kind: 'capabilities'}): Promise<Capabilities> {
		const {cordon: own, ...capabilities} = await this.#real(request);
		const cordon = this.#cordons.has(request.host) ? this.#cordons.get(request.host) : own;
		const coming = this.#moves.filter(({to}) => to === request.host).flatMap(({files}) => files);
		const mounts = mountsAfter(capabilities.mounts, coming);
		return {...capabilities, mounts, ...(cordon === undefined ? {} : {cordon})};
	}

	async #ofGuest(
		request: FactRequest & {
			readonly kind: 'domain' | 'domain-details' | 'job' | 'completed' | 'downtime' | 'dirty-rate' | 'blockers';
		},
	): Promise<unknown> {
		const last = this.#moves.findLast(({uuid}) => uuid === request.uuid);
		if (last === undefined) return this.#any(request);
		if (last.to !== request.host) return undefined;
		const origin = {...request, host: this.#originOf(request.uuid)};
		if (origin.kind !== 'domain') return this.#any(origin);
		let definition = await this.#real<'domain'>({...origin, kind: 'domain'});
		for (const {uuid, rewrites = []} of this.#moves) {
			if (definition === undefined || uuid !== request.uuid) continue;
			definition = await renameInDefinition(definition, rewrites);
		}
		return definition;
	}

	/** Guests that leave a host leave kept copies there; guests that return replace theirs. */
	async #keptCopies(host: string): Promise<KeptCopies> {
		const {copies, ...rest} = await this.#real<'kept-copies'>({kind: 'kept-copies', host});
		let kept = copies;
		for (const {uuid, guest: name = uuid, from, to, files} of this.#moves) {
			if (to === host) kept = kept.filter(({guest, path}) => guest !== uuid || !files.some(file => file.path === path));
			if (from !== host) continue;
			const left = files.filter(({leaves}) => leaves?.fate === 'kept');
			const made = left.map(async ({from: path, bytes, leaves}): Promise<KeptCopy> => {
				const file = await this.#ofFile({kind: 'path', host, path});
				return {
					guest: uuid,
					name,
					target: leaves?.target ?? '',
					path,
					to,
					run: '-',
					leftSeconds: rest.clockSeconds,
					actualBytes: bytes,
					found: 'intact',
					...(file.type === 'absent' ? {} : {identity: file.identity}),
				};
			});
			const paths = new Set(left.map(file => file.from));
			kept = [...kept.filter(({path}) => !paths.has(path)), ...(await Promise.all(made))];
		}
		return {copies: kept, ...rest};
	}

	async #diskUsers(host: string): Promise<DiskUsers> {
		const {uses, unresolved} = await this.#real<'disk-users'>({kind: 'disk-users', host});
		const movers = new Set(this.#moves.map(({uuid}) => uuid));
		const arrived = [...movers].flatMap(uuid => {
			const last = this.#moves.findLast(move => move.uuid === uuid);
			return last?.to === host ? last.files.map(({path}) => ({uuid, guest: last.guest ?? uuid, path})) : [];
		});
		const used = await Promise.all(
			arrived.map(async (use): Promise<readonly DiskUse[]> => {
				const file = await this.#ofFile({kind: 'path', host, path: use.path});
				return file.type === 'absent' ? [] : [{...use, identity: file.identity}];
			}),
		);
		return {uses: [...uses.filter(({uuid}) => !movers.has(uuid)), ...used.flat()], unresolved};
	}

	/** A move leaves the disks at the source, unless they are to be deleted. */
	async #ofFile(request: Request<'path'> & {readonly kind: 'path'}): Promise<PathFact>;
	async #ofFile(request: FileRequest): Promise<unknown>;
	async #ofFile(request: FileRequest): Promise<unknown> {
		const {kind, host, path} = request;
		if ((kind === 'path' || kind === 'file') && isDeleted(this.#moves, host, path)) return {type: 'absent'};
		for (const {uuid, to, files} of this.#moves) {
			const brought = to === request.host ? files.find(({path}) => path === request.path) : undefined;
			if (brought === undefined) continue;
			const source = {...request, host: this.#originOf(uuid), path: brought.from};
			if (source.kind !== 'path' && source.kind !== 'file') return this.#any(source);
			const file = await (source.kind === 'path'
				? this.#real<'path'>({...source, kind: 'path'})
				: this.#real<'file'>({...source, kind: 'file'}));
			// A copy is a different file from the original, as opposed to shared storage.
			return file.type === 'absent' ? file : {...file, identity: file.identity.replace(/:/, `:on ${to} `)};
		}
		return this.#any(request);
	}

	/** The copies of planned moves reduce the free space. */
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
