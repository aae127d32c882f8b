import type {Rewrite} from '../../../virsh/definition/rewrite-xml.ts';

/** Folders or files of the source, and where they are at the destination. */
export type StorageMap = Readonly<Record<string, string>>;

/** Where a path of the source is at the destination: as the longest entry says that it is or lies below. */
export function mapPath(path: string, map: StorageMap = {}): string {
	const [best] = Object.entries(map)
		.map(([from, to]) => [withoutEnd(from), withoutEnd(to)] as const)
		.filter(([from]) => path === from || path.startsWith(`${from}/`))
		.toSorted(([a], [b]) => b.length - a.length);
	if (best === undefined) return path;
	const [from, to] = best;
	return `${to}${path.slice(from.length)}`;
}

/** The paths that are others at the destination, each once. */
export function rewritesOf(paths: readonly {readonly from: string; readonly path: string}[]): readonly Rewrite[] {
	const others = new Map(paths.filter(({from, path}) => from !== path).map(({from, path}) => [from, path]));
	return [...others].map(([from, to]) => ({from, to}));
}

/** The way back. */
export function reversed(rewrites: readonly Rewrite[]): readonly Rewrite[] {
	return rewrites.map(({from, to}) => ({from: to, to: from}));
}

export function folderOf(path: string): string {
	return path.replace(/\/[^/]*$/, '') || '/';
}

function withoutEnd(path: string): string {
	return path.replace(/\/+$/, '');
}
