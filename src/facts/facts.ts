import type {FileContent} from '../files/content.ts';
import type {PathFact} from '../files/stat.ts';
import type {ImageInfo} from '../qemu-img/info.ts';
import type {CensusEntry} from '../virsh/census.ts';
import type {JobInfo} from '../virsh/domjobinfo.ts';
import type {Definition} from '../virsh/dumpxml.ts';

/** What a host says of itself. */
export type HostFact = {
	readonly memoryKib: number;
	/** What a new guest could use: free, and what the kernel can drop. */
	readonly availableKib: number;
};

/** Every kind of fact: the request that names one, and its value. */
export type FactKinds = {
	host: {request: {readonly kind: 'host'; readonly host: string}; value: HostFact};
	/** All domains of a host, running or not: an absence here is proof. */
	census: {request: {readonly kind: 'census'; readonly host: string}; value: readonly CensusEntry[]};
	/** One domain's live definition; undefined when the host has no such domain. */
	domain: {
		request: {readonly kind: 'domain'; readonly host: string; readonly uuid: string};
		value: Definition | undefined;
	};
	/** A disk image and its backing chain, the image itself first. */
	image: {
		request: {readonly kind: 'image'; readonly host: string; readonly path: string; readonly format: string};
		value: readonly ImageInfo[];
	};
	/** What is in a file. */
	content: {request: {readonly kind: 'content'; readonly host: string; readonly path: string}; value: FileContent};
	path: {request: {readonly kind: 'path'; readonly host: string; readonly path: string}; value: PathFact};
	/** What a reading subcommand of virsh prints, without space around it; empty when it was refused. */
	virsh: {
		request: {readonly kind: 'virsh'; readonly host: string; readonly words: readonly string[]};
		value: string;
	};
	/** The job of a running domain; undefined when the host has no such domain any more. */
	job: {
		request: {readonly kind: 'job'; readonly host: string; readonly uuid: string};
		value: JobInfo | undefined;
	};
	/** The job that ended last for a domain, on the host that remembers it. */
	completed: {
		request: {readonly kind: 'completed'; readonly host: string; readonly uuid: string};
		value: JobInfo | undefined;
	};
};

export type FactKind = keyof FactKinds;
export type FactRequest = FactKinds[FactKind]['request'];
export type Request<Kind extends FactKind> = FactKinds[Kind]['request'];
export type Value<Kind extends FactKind> = FactKinds[Kind]['value'];

/** Readings, each under the request that names it. Immutable; saved and loaded as JSON. */
export class Facts {
	readonly #readings: ReadonlyMap<string, unknown>;

	constructor(readings: Iterable<readonly [string, unknown]> = []) {
		this.#readings = new Map(readings);
	}

	/** The reading, or undefined where it was not asked for. */
	get<Kind extends FactKind>(request: Request<Kind> & {readonly kind: Kind}): Value<Kind> | undefined {
		return this.#readings.get(factKey(request)) as Value<Kind> | undefined;
	}

	/** The reading of something that was asked for. */
	of<Kind extends FactKind>(request: Request<Kind> & {readonly kind: Kind}): Value<Kind> {
		const key = factKey(request);
		if (!this.#readings.has(key)) throw new Error(`nobody asked for ${key}`);
		return this.#readings.get(key) as Value<Kind>;
	}

	has(request: FactRequest): boolean {
		return this.#readings.has(factKey(request));
	}

	/** These readings and the others, which win. */
	with(readings: Iterable<readonly [FactRequest, unknown]>): Facts {
		const added = [...readings].map(([request, value]) => [factKey(request), value] as const);
		return new Facts([...this.#readings, ...added]);
	}

	toJSON(): Readonly<Record<string, unknown>> {
		return Object.fromEntries(this.#readings);
	}
}

/** The same text for the same request, and legible in a facts file. */
export function factKey(request: FactRequest): string {
	switch (request.kind) {
		case 'host':
		case 'census':
			return `${request.host} ${request.kind}`;
		case 'domain':
		case 'job':
		case 'completed':
			return `${request.host} ${request.kind} ${request.uuid}`;
		case 'image':
			return `${request.host} image ${request.format} ${request.path}`;
		case 'virsh':
			return `${request.host} virsh ${request.words.join(' ')}`;
		case 'path':
			return `${request.host} path ${request.path}`;
		case 'content':
			return `${request.host} content ${request.path}`;
	}
}
