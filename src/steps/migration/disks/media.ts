import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {markOf} from '../../../files/claim.ts';
import type {ReplacedCopy} from '../../kept/left-disks.ts';
import {likeOf, planReplaced} from './copies.ts';
import {type DiskCopy, type DiskPlanContext, isMedium, type LocalDisk} from './disk-scene.ts';
import {folderOf, mapPath} from './storage-map.ts';

/** What is taken out of a drive before the move. */
export type Medium = {
	readonly target: string;
	readonly path: string;
	/** Where the destination has it, if it does: there it is put in again. */
	readonly place?: string;
};

type Left = {
	readonly target: string;
	readonly reason: string;
	/** The file that is in the drive afterwards. */
	readonly place?: readonly {readonly from: string; readonly path: string}[];
};

export type Media = {
	readonly extraFiles: readonly DiskCopy[];
	readonly ejected: readonly Medium[];
	readonly left: readonly Left[];
	readonly replaced: readonly ReplacedCopy[];
};

function mediaOf({definition}: DiskPlanContext): readonly LocalDisk[] {
	return definition.disks.filter((disk): disk is LocalDisk => disk.path !== undefined && isMedium(disk));
}

export function mediaRequests(scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const {source, destination, wishes, definition, mode} = scene;
	const places = mediaOf(scene).map(({path}) => ({path, place: mapPath(path, wishes.storage_map)}));
	const nvram =
		mode === 'cold' && definition.nvram !== undefined ? [{path: definition.nvram, place: definition.nvram}] : [];
	return [...places, ...nvram].flatMap(({path, place}): readonly FactRequest[] => {
		const there = {kind: 'path', host: destination, path: place} as const;
		const isNvram = mode === 'cold' && path === definition.nvram;
		if (facts.get(there)?.type !== 'absent' && !isNvram) return [there];
		return [there, {kind: 'path', host: source, path}, {kind: 'folder', host: destination, path: folderOf(place)}];
	});
}

/** @throws StepError when the destination lacks what nothing brings there. */
export function planMedia(scene: DiskPlanContext, facts: Facts): Media {
	const planned = [...mediaOf(scene).map(disk => planMedium(disk, scene, facts)), planNvram(scene, facts)];
	return {
		extraFiles: planned.flatMap(({extraFiles = []}) => extraFiles),
		ejected: planned.flatMap(({ejected = []}) => ejected),
		left: planned.flatMap(({left = []}) => left),
		replaced: planned.flatMap(({replaced = []}) => replaced),
	};
}

function planMedium(disk: LocalDisk, scene: DiskPlanContext, facts: Facts): Partial<Media> {
	const {definition, source, destination, wishes} = scene;
	const {target, path: from} = disk;
	const path = mapPath(from, wishes.storage_map);
	const isThere = facts.of({kind: 'path', host: destination, path}).type !== 'absent';
	const place = [{from, path}];
	const removable = disk.device === 'cdrom' || disk.device === 'floppy';
	if (removable && wishes.media === 'eject') {
		const reason = isThere ? 'ejected, and put in again after the move' : `ejected: ${destination} has no ${path}`;
		return {
			ejected: [{target, path: from, ...(isThere ? {place: path} : {})}],
			left: [{target, reason, place: isThere ? place : []}],
		};
	}
	if (isThere) return {left: [{target, reason: `read-only: the destination has ${path}`, place}]};
	if (wishes.media === 'copy' && disk.type === 'file') {
		return {
			extraFiles: [asItIs(disk, path, scene, facts)],
			left: [{target, reason: 'read-only: copied before the move'}],
		};
	}
	if (disk.optional) return {left: [{target, reason: `read-only and optional: ${destination} has no ${path}`, place}]};
	throw new StepError(
		`${definition.name}: ${destination} has no ${path}, which is in its drive ${target}`,
		removable
			? `say media: eject or media: copy; or take it out: virsh change-media ${definition.uuid} ${target} --eject (on ${source})`
			: 'say media: copy',
		{retry: 'never'},
	);
}

/** libvirt brings the variables of the firmware along with the memory, and only so. */
function planNvram(scene: DiskPlanContext, facts: Facts): Partial<Media> {
	const {definition, mode, source, destination} = scene;
	const {nvram} = definition;
	if (nvram === undefined || mode !== 'cold') return {};
	// A guest that was never started has none yet: libvirt makes it then.
	if (facts.of({kind: 'path', host: source, path: nvram}).type === 'absent') return {};
	const isThere = facts.of({kind: 'path', host: destination, path: nvram}).type !== 'absent';
	const replaced = isThere ? [planReplaced(nvram, scene, facts)] : [];
	return {extraFiles: [asItIs({target: 'nvram', path: nvram}, nvram, scene, facts)], replaced};
}

/** A copy of a file byte for byte, whatever it is. */
function asItIs(
	{target, path: from}: Pick<LocalDisk, 'target' | 'path'>,
	path: string,
	{source, mark}: DiskPlanContext,
	facts: Facts,
): DiskCopy {
	const here = facts.of({kind: 'path', host: source, path: from});
	if (here.type === 'absent') throw new StepError(`${from} is not there on ${source}`, undefined, {retry: 'never'});
	const marked = markOf(path, mark);
	return {
		target,
		from,
		path,
		marked,
		dataBytes: here.bytes,
		...likeOf(here),
		image: {path: marked, format: 'raw', virtualBytes: here.bytes},
	};
}
