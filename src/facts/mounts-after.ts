import type {Mount} from '../capabilities/system.ts';
import type {ForeseenFile} from './foreseen-changes.ts';

/** The file systems of a host when these files have come: each takes space of the one that it will lie on. */
export function mountsAfter(mounts: readonly Mount[], coming: readonly ForeseenFile[]): readonly Mount[] {
	const taken = new Map<Mount, number>();
	for (const {path, bytes} of coming) {
		const [mount] = mounts
			.filter(one => path.startsWith(one.path.endsWith('/') ? one.path : `${one.path}/`))
			.sort((a, b) => b.path.length - a.path.length);
		if (mount !== undefined) taken.set(mount, (taken.get(mount) ?? 0) + bytes);
	}
	return mounts.map(mount => ({...mount, freeBytes: mount.freeBytes - (taken.get(mount) ?? 0)}));
}
