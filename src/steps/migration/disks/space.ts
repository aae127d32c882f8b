import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import type {DiskCopy, DiskPlanContext} from './disk-scene.ts';
import {folderOf} from './storage-map.ts';

/** What stays free of a file system, for what guests write while they move. */
const reserveBytes = 64 * 1024 ** 2;

/**
 * Is there a place for all copies, and space for all that they hold, on each file system?
 *
 * @throws StepError when not.
 */
export function checkSpace(
	{definition, destination}: DiskPlanContext,
	copies: readonly DiskCopy[],
	facts: Facts,
): void {
	const needs = new Map<string, {bytes: number; readonly free: number; readonly folder: string}>();
	for (const {path, dataBytes} of copies) {
		const folder = folderOf(path);
		const fact = facts.of({kind: 'folder', host: destination, path: folder});
		if (!fact.exists) {
			throw new StepError(
				`${definition.name}: ${destination} has no folder ${folder} for ${path}`,
				`make it: install -d -m 0711 ${folder} (on ${destination}); or say in storage_map where its disks shall be`,
				{retry: 'never', side: 'destination'},
			);
		}
		const need = needs.get(fact.fileSystem) ?? {bytes: 0, free: fact.freeBytes, folder};
		need.bytes += dataBytes;
		needs.set(fact.fileSystem, need);
	}
	for (const {bytes, free, folder} of needs.values()) {
		if (bytes + reserveBytes <= free) continue;
		throw new StepError(
			`${definition.name}: its disks hold ${mib(bytes)} MiB, and ${folder} on ${destination} has ${mib(Math.max(0, free - reserveBytes))} MiB to spare`,
			`free some space there: df --human-readable ${folder} (on ${destination}); or say in storage_map where its disks shall be`,
			{retry: 'never', side: 'destination'},
		);
	}
}

function mib(bytes: number): number {
	return Math.ceil(bytes / 1024 ** 2);
}
