import type {FactKind, FactRequest, Request, Value} from './fact-kinds.ts';

export type {
	Capabilities,
	DiskUse,
	DiskUsers,
	FactKind,
	FactKinds,
	FactRequest,
	HostFact,
	Request,
	Value,
} from './fact-kinds.ts';

/** Why a fact could not be read; `answered`: the host reported that it cannot be read. */
export type Unread = {readonly why: string; readonly answered: boolean};

/** Facts by request. Immutable; saved and loaded as JSON. */
export class Facts {
	readonly #readings: Map<string, unknown>;
	readonly #unread: Map<string, Unread>;

	constructor(readings: Iterable<readonly [string, unknown]> = [], unread: Iterable<readonly [string, Unread]> = []) {
		this.#readings = new Map(readings);
		this.#unread = new Map(unread);
	}

	/** The fact, or undefined if it was not requested or not readable. */
	get<Kind extends FactKind>(request: Request<Kind> & {readonly kind: Kind}): Value<Kind> | undefined {
		return this.#readings.get(factKey(request)) as Value<Kind> | undefined;
	}

	/** Why a requested fact could not be read. */
	whyUnread(request: FactRequest): Unread | undefined {
		return this.#unread.get(factKey(request));
	}

	/** A requested fact. */
	of<Kind extends FactKind>(request: Request<Kind> & {readonly kind: Kind}): Value<Kind> {
		const key = factKey(request);
		if (!this.#readings.has(key)) throw new Error(`${key} was not requested`);
		return this.#readings.get(key) as Value<Kind>;
	}

	has(request: FactRequest): boolean {
		return this.#readings.has(factKey(request)) || this.#unread.has(factKey(request));
	}

	/** These facts merged with others, which take precedence, and requests that could not be read, with the reasons. */
	with(
		readings: Iterable<readonly [FactRequest, unknown]>,
		unread: Iterable<readonly [FactRequest, Unread]> = [],
	): Facts {
		const facts = new Facts(this.#readings, this.#unread);
		for (const [request, value] of readings) facts.#readings.set(factKey(request), value);
		for (const [request, why] of unread) facts.#unread.set(factKey(request), why);
		return facts;
	}

	toJSON(): Readonly<Record<string, unknown>> {
		return Object.fromEntries(this.#readings);
	}
}

/** The key of a request, readable in a facts file. */
export function factKey(request: FactRequest): string {
	switch (request.kind) {
		case 'host':
		case 'capabilities':
		case 'domains':
		case 'domain-artifacts':
		case 'kept-copies':
		case 'disk-users':
		case 'secrets':
		case 'ports':
		case 'qemu-conf':
		case 'addresses':
		case 'migrate-options':
		case 'certificates':
		case 'lock':
			return `${request.host} ${request.kind}`;
		case 'domain':
		case 'job':
		case 'completed':
		case 'downtime':
		case 'dirty-rate':
		case 'blockers':
			return `${request.host} ${request.kind} ${request.uuid}`;
		case 'migration-log':
			return `${request.host} migration-log ${request.sinceMs} ${request.guest}`;
		case 'path-probe':
			return `${request.host} path-probe ${request.to} ${JSON.stringify(request.trial)}`;
		case 'path-speed':
			return `${request.host} path-speed ${request.to} ${request.address}`;
		case 'domain-details':
			return `${request.host} domain-details ${request.uuid} ${request.targets.join(',')}`;
		case 'cpu':
			return `${request.host} cpu ${request.virttype} ${request.machine} ${request.cpu}`;
		case 'login':
			return `${request.host} login ${request.uri}`;
		case 'image':
			return `${request.host} image ${request.format} ${request.path}`;
		case 'virsh':
			return `${request.host} virsh ${request.args.join(' ')}`;
		case 'path':
		case 'file':
		case 'folder':
		case 'digest':
		case 'content':
			return `${request.host} ${request.kind} ${request.path}`;
	}
}
