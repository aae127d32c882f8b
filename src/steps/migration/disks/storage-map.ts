import type {Rewrite} from '../../../virsh/definition/rewrite-xml.ts';

/** Maps directories or files at the source to paths at the destination. */
export type StorageMap = Readonly<Record<string, string>>;

/** The path at the destination, according to the longest entry that equals the path or contains it. */
export function mapPath(path: string, map: StorageMap = {}): string {
	const [best] = Object.entries(map)
		.map(([from, to]) => [withoutEnd(from), withoutEnd(to)] as const)
		.filter(([from]) => path === from || path.startsWith(`${from}/`))
		.toSorted(([a], [b]) => b.length - a.length);
	if (best === undefined) return path;
	const [from, to] = best;
	return `${to}${path.slice(from.length)}`;
}

/** The paths that differ at the destination, without duplicates. */
export function rewritesOf(paths: readonly {readonly from: string; readonly path: string}[]): readonly Rewrite[] {
	const others = new Map(paths.filter(({from, path}) => from !== path).map(({from, path}) => [from, path]));
	return [...others].map(([from, to]) => ({from, to}));
}

/** The reverse mapping. */
export function reversed(rewrites: readonly Rewrite[]): readonly Rewrite[] {
	return rewrites.map(({from, to, ...rest}) => ({...rest, from: to, to: from}));
}

export function folderOf(path: string): string {
	return path.replace(/\/[^/]*$/, '') || '/';
}

function withoutEnd(path: string): string {
	return path.replace(/\/+$/, '');
}
