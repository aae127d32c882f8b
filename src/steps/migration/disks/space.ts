import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import type {DiskCopy, DiskPlanContext} from './disk-scene.ts';
import {demandPrivateFolder} from './folder-writers.ts';
import {folderOf} from './storage-map.ts';

/** Space to keep free on each file system, for data that guests write during their moves. */
const reserveBytes = 64 * 1024 ** 2;

/**
 * Verifies that the directories of all copies exist, that no other users can write to them, and that each file system
 * has enough space.
 *
 * @throws StepError when not.
 */
export function checkSpace(
	{definition, destination, requested}: DiskPlanContext,
	copies: readonly DiskCopy[],
	facts: Facts,
): void {
	const needs = new Map<string, {bytes: number; readonly free: number; readonly folder: string}>();
	for (const {path, dataBytes} of copies) {
		const folder = folderOf(path);
		const fact = facts.of({kind: 'folder', host: destination, path: folder});
		if (!fact.exists) {
			throw new StepError(
				`${definition.name}: the directory ${folder} for ${path} does not exist on ${destination}`,
				`create it: install -d -m 0711 ${folder} (on ${destination}); or map the disks to another directory with storage_map`,
				{retry: 'never', side: 'destination'},
			);
		}
		demandPrivateFolder({guest: definition.name, path, folder, destination}, fact, requested);
		const need = needs.get(fact.fileSystem) ?? {bytes: 0, free: fact.freeBytes, folder};
		need.bytes += dataBytes;
		needs.set(fact.fileSystem, need);
	}
	for (const {bytes, free, folder} of needs.values()) {
		if (bytes + reserveBytes <= free) continue;
		throw new StepError(
			`${definition.name}: disks require ${mib(bytes)} MiB, but ${folder} on ${destination} has only ${mib(Math.max(0, free - reserveBytes))} MiB available`,
			`free space: df --human-readable ${folder} (on ${destination}); or map the disks to another directory with storage_map`,
			{retry: 'never', side: 'destination'},
		);
	}
}

function mib(bytes: number): number {
	return Math.ceil(bytes / 1024 ** 2);
}
