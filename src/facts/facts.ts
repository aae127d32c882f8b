import type {Domain} from '../virsh/domain.ts';
import type {ImageInfo} from '../qemu-img/info.ts';

/** What a host says of itself. */
export type HostFact = {
	readonly uuid: string;
	readonly hostname: string;
	readonly libvirtVersion: string;
	readonly memoryKib: number;
	readonly freeMemoryKib: number;
};

/** What is at a path of a host. */
export type PathFact =
	| {readonly type: 'absent'}
	| {readonly type: 'file' | 'directory' | 'block' | 'other'; readonly inode: number; readonly bytes: number};

/** Every kind of fact: what names one, and what one is. */
export type FactKinds = {
	host: {request: {readonly kind: 'host'; readonly host: string}; value: HostFact};
	/** All domains of a host, running or not. */
	domains: {request: {readonly kind: 'domains'; readonly host: string}; value: readonly Domain[]};
	/** A disk image and its backing chain, the image itself first. */
	image: {
		request: {readonly kind: 'image'; readonly host: string; readonly path: string; readonly format?: string};
		value: readonly ImageInfo[] | {readonly type: 'absent'};
	};
	path: {request: {readonly kind: 'path'; readonly host: string; readonly path: string}; value: PathFact};
};

export type FactKind = keyof FactKinds;
export type FactRequest = FactKinds[FactKind]['request'];

/** Readings, each under the request that names it. Immutable; saved and loaded as JSON. */
export class Facts {
	readonly #readings: ReadonlyMap<string, unknown>;

	constructor(readings: Iterable<readonly [string, unknown]> = []) {
		this.#readings = new Map(readings);
	}

	/** The reading, or undefined where it was not asked for. */
	get<Kind extends FactKind>(
		request: FactKinds[Kind]['request'] & {readonly kind: Kind},
	): FactKinds[Kind]['value'] | undefined {
		return this.#readings.get(factKey(request)) as FactKinds[Kind]['value'] | undefined;
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
	const path = 'path' in request ? ` ${request.path}` : '';
	return `${request.host} ${request.kind}${path}`;
}
