import {requiredKib} from '../../placement/capacity.ts';
import type {MoveLoad} from '../move-load.ts';
import type {ImageFate} from '../step.ts';
import {changeTexts} from './definition-changes.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import {madeBy} from './disks/prepare.ts';
import type {GuestMigration} from './move.ts';

/** The data of a move other than its disks. */
export function memoryLoad(
	{memoryKib, off, paused, convergence}: GuestMigration,
	bandwidthMib?: number,
): Omit<MoveLoad, 'diskBytes' | 'files'> {
	const bandwidth = bandwidthMib === undefined ? {} : {bandwidthMib};
	if (off) return {state: 'off', memoryBytes: 0, requiredKib: 0, ...bandwidth};
	return {
		state: paused ? 'paused' : 'running',
		memoryBytes: memoryKib * 1024,
		requiredKib: requiredKib(memoryKib),
		...bandwidth,
		...(convergence === undefined ? {} : {convergence}),
	};
}

/** A guest that is shut down for its move sends no memory, and needs its memory at the destination. */
export function stoppedLoad({memoryKib}: GuestMigration): Omit<MoveLoad, 'diskBytes' | 'files'> {
	return {state: 'running', isStopped: true, memoryBytes: 0, requiredKib: requiredKib(memoryKib)};
}

/** The disks copied by a move, and all files that it creates. */
export function diskLoad(disks: DiskPlan): Pick<MoveLoad, 'diskBytes' | 'files' | 'rewrites'> {
	const rewrites = disks.moved?.rewrites.filter(({of}) => of !== undefined) ?? [];
	const copied = [...disks.copies, ...(disks.reusedDisks ?? []), ...(disks.devices ?? [])];
	return {
		...(rewrites.length === 0 ? {} : {rewrites}),
		diskBytes: copied.map(({dataBytes}) => dataBytes),
		files: madeBy(disks).map(({from, path, dataBytes}) => {
			const left = disks.leaves?.find(one => one.path === from);
			const freed = disks.replaced?.find(one => one.path === path)?.dataBytes ?? 0;
			return {
				from,
				path,
				bytes: Math.max(0, dataBytes - freed),
				...(left === undefined ? {} : {leaves: {target: left.target, fate: left.fate}}),
			};
		}),
	};
}

/**
 * Warnings for the reviewer: drives that are not copied (except empty ones), image contents that copies omit, and
 * changes of the definition.
 */
export function drivesNotCopied({left, dropped = [], moved}: DiskPlan): readonly string[] {
	return [
		...left
			.filter(({reason}) => reason !== 'empty')
			.map(({target, reason}) => `disk ${target} is not copied: ${reason}`),
		...dropped.map(({target, contents}) => `disk ${target} is copied without ${contents.join(', ')}`),
		...changeTexts(moved?.rewrites ?? []),
	];
}

/** Each image that stays at the source, and each kept copy that a new image replaces. */
export function imageFates(
	{source, destination}: Pick<GuestMigration, 'source' | 'destination'>,
	{copies, reusedDisks = [], extraFiles = [], leaves = [], replaced = []}: DiskPlan,
): readonly ImageFate[] {
	const bytesOf = new Map([
		...[...copies, ...extraFiles].map(({from, dataBytes}) => [from, dataBytes] as const),
		...reusedDisks.map(({path, dataBytes}) => [path, dataBytes] as const),
	]);
	return [
		...leaves.map(({path, fate}) => ({on: source, becomes: fate, bytes: bytesOf.get(path) ?? 0})),
		...replaced.map(({dataBytes}) => ({on: destination, becomes: 'replaced' as const, bytes: dataBytes})),
	];
}
