import {type ClusterGuest, type ClusterHost, compareTexts} from './cluster.ts';
import type {PlacementProblem, SpaceNeed} from './problem.ts';

/** Finds the pool that contains a path on each host. Disks in the same folder share the result. */
export class SpaceIndex {
	readonly pools: PlacementProblem['pools'];
	readonly #hosts: readonly ClusterHost[];
	readonly #byHost: readonly (readonly number[])[];
	readonly #poolAt = new Map<string, Int32Array>();
	readonly #seenAt = new Map<string, Uint8Array>();

	constructor(hosts: readonly ClusterHost[]) {
		this.#hosts = hosts;
		this.pools = hosts.flatMap(({pools}, host) =>
			pools.toSorted((a, b) => compareTexts(a.path, b.path)).map(pool => ({...pool, host})),
		);
		const byHost: number[][] = hosts.map(() => []);
		for (const [index, {host}] of this.pools.entries()) byHost[host]?.push(index);
		this.#byHost = byHost;
	}

	/** The total needs of the guests: one for each folder and shared storage. */
	needsOf(guests: readonly ClusterGuest[]): readonly SpaceNeed[] {
		const needs = new Map<string, SpaceNeed>();
		for (const {path, storage, spaceBytes} of guests.flatMap(({disks}) => disks)) {
			const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
			const key = `${folder}\n${storage ?? ''}`;
			const bytes = (needs.get(key)?.bytes ?? 0) + spaceBytes;
			needs.set(key, {path: folder, bytes, ...this.#places(folder, storage)});
		}
		return [...needs.values()].sort((a, b) => compareTexts(a.path, b.path) || a.bytes - b.bytes);
	}

	#places(folder: string, storage: string | undefined): Pick<SpaceNeed, 'poolAt' | 'seenAt' | 'everywhere'> {
		const poolAt = cached(this.#poolAt, folder, () =>
			Int32Array.from(this.#hosts.keys(), at => this.#pool(folder, at)),
		);
		const seenAt =
			storage === undefined
				? undefined
				: cached(this.#seenAt, storage, () =>
						Uint8Array.from(this.#hosts, ({storages}) => Number(storages.includes(storage))),
					);
		const everywhere = this.#hosts.every(
			({closed}, at) => closed !== undefined || (poolAt[at] ?? -1) >= 0 || seenAt?.[at] === 1,
		);
		return {poolAt, seenAt, everywhere};
	}

	/** The innermost pool that contains the folder, or -1. */
	#pool(folder: string, host: number): number {
		let best = -1;
		let length = -1;
		for (const index of this.#byHost[host] ?? []) {
			const path = this.pools[index]?.path ?? '';
			const holds = folder === path || folder.startsWith(path.endsWith('/') ? path : `${path}/`);
			if (holds && path.length > length) [best, length] = [index, path.length];
		}
		return best;
	}
}

function cached<T>(cache: Map<string, T>, key: string, make: () => T): T {
	const found = cache.get(key) ?? make();
	cache.set(key, found);
	return found;
}
