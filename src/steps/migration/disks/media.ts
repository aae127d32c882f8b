import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {markOf} from '../../../files/claim.ts';
import type {ImageInfo} from '../../../qemu-img/info.ts';
import type {ReplacedCopy} from '../../kept/left-disks.ts';
import {type FilePair, type FileThere, fileRequests, fileThere} from '../same-file.ts';
import {likeOf, planReplaced} from './copies.ts';
import {type DiskCopy, type DiskPlanContext, isHostDrive, type LocalDisk, mediaOf} from './disk-scene.ts';
import {insertionRequests, planInsertions} from './inserted-media.ts';
import {folderOf, mapPath} from './storage-map.ts';
import {demandSafeTarget} from './target-path.ts';

/** The sector size of qemu-img: image sizes are multiples of it. */
const sectorBytes = 512;

/** A medium that is ejected before the move, inserted after it, or both. */
export type Medium = {
	readonly target: string;
	/** What is in the drive before the move; undefined for an empty drive. */
	readonly path?: string;
	/** What is inserted at the destination; undefined if it lacks the file. */
	readonly place?: string;
};

type Left = {
	readonly target: string;
	readonly reason: string;
	/** The file in the drive after the move. */
	readonly place?: readonly {readonly from: string; readonly path: string}[];
};

export type Media = {
	readonly extraFiles: readonly DiskCopy[];
	readonly ejected: readonly Medium[];
	readonly left: readonly Left[];
	readonly replaced: readonly ReplacedCopy[];
};

export function mediaRequests(scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const {source, destination, definition, mode} = scene;
	const present = mediaOf(definition).flatMap((disk): readonly FactRequest[] => {
		if (isHostDrive(disk)) return [{kind: 'path', host: destination, path: disk.path}];
		const below = layersOf(disk, scene, facts).flatMap(({path}) => pairRequests(path, scene, facts));
		return [...pairRequests(disk.path, scene, facts), ...layerRequests(disk, scene, facts), ...below];
	});
	const media = [...present, ...insertionRequests(scene)];
	if (mode !== 'cold' || definition.nvram === undefined || definition.nvramType !== undefined) return media;
	const {nvram: path} = definition;
	return [
		...media,
		{kind: 'path', host: destination, path},
		{kind: 'path', host: source, path},
		{kind: 'folder', host: destination, path: folderOf(path)},
	];
}

function pairRequests(from: string, scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const pair = pairOf(from, scene);
	const there = facts.get({kind: 'path', host: pair.destination, path: pair.place});
	const folder = {kind: 'folder', host: pair.destination, path: folderOf(pair.place)} as const;
	return [...fileRequests(pair, facts), ...(there?.type === 'absent' ? [folder] : [])];
}

function pairOf(from: string, {source, destination, requested}: DiskPlanContext): FilePair {
	return {source, from, destination, place: mapPath(from, requested.storage_map)};
}

/** @throws StepError when the destination lacks a file that is not copied. */
export function planMedia(scene: DiskPlanContext, facts: Facts): Media {
	const planned: readonly Partial<Media>[] = [
		...mediaOf(scene.definition).map(disk => planMedium(disk, scene, facts)),
		...planInsertions(scene, facts),
		planNvram(scene, facts),
	];
	const extraFiles = planned.flatMap(({extraFiles = []}) => extraFiles);
	return {
		// Two drives may contain the same file, or share a backing file.
		extraFiles: extraFiles.filter((copy, index) => extraFiles.findIndex(({path}) => path === copy.path) === index),
		ejected: planned.flatMap(({ejected = []}) => ejected),
		left: planned.flatMap(({left = []}) => left),
		replaced: planned.flatMap(({replaced = []}) => replaced),
	};
}

function planMedium(disk: LocalDisk, scene: DiskPlanContext, facts: Facts): Partial<Media> {
	const {definition, source, destination, requested} = scene;
	const {target, path: from} = disk;
	const path = mapPath(from, requested.storage_map);
	const found = mediumThere(disk, scene, facts);
	const place = [{from, path}];
	const removable = disk.device === 'cdrom' || disk.device === 'floppy';
	if (removable && requested.media === 'eject') {
		const isThere = found === 'same';
		const why =
			found === 'absent' ? `${path} does not exist on ${destination}` : `${path} is a different file on ${destination}`;
		const reason = isThere ? 'ejected, and inserted again after the move' : `ejected: ${why}`;
		return {
			ejected: [{target, path: from, ...(isThere ? {place: path} : {})}],
			left: [{target, reason, place: isThere ? place : []}],
		};
	}
	if (found === 'different') throw isAnother(disk, path, scene);
	if (found === 'same') {
		const layers = layersOf(disk, scene, facts).map(layer => planLayer(disk, layer, scene, facts));
		return {
			extraFiles: layers.flatMap(({extraFiles = []}) => extraFiles),
			left: [{target, reason: `read-only: ${path} exists at the destination`, place}],
		};
	}
	if (requested.media === 'copy' && disk.type === 'file') {
		const layers = layersOf(disk, scene, facts).map(layer => planLayer(disk, layer, scene, facts));
		return {
			extraFiles: [asItIs(disk, path, scene, facts), ...layers.flatMap(({extraFiles = []}) => extraFiles)],
			left: [{target, reason: 'read-only: copied before the move'}],
		};
	}
	if (disk.optional)
		return {left: [{target, reason: `read-only and optional: ${path} does not exist on ${destination}`, place}]};
	throw new StepError(
		`${definition.name}: ${path}, in drive ${target}, does not exist on ${destination}`,
		removable
			? `set media: eject or media: copy; or eject it: virsh change-media ${definition.uuid} ${target} --eject (on ${source})`
			: 'set media: copy',
		{retry: 'never'},
	);
}

function mediumThere(disk: LocalDisk, scene: DiskPlanContext, facts: Facts): FileThere {
	if (isHostDrive(disk)) {
		const there = facts.of({kind: 'path', host: scene.destination, path: disk.path});
		return there.type === 'absent' ? 'absent' : 'same';
	}
	return fileThere(pairOf(disk.path, scene), facts) ?? 'different';
}

function isAnother(
	{target, path: from, device}: Pick<LocalDisk, 'target' | 'path' | 'device'>,
	path: string,
	{definition, source, destination}: DiskPlanContext,
): StepError {
	const removable = device === 'cdrom' || device === 'floppy';
	return new StepError(
		`${definition.name}: ${path} on ${destination} is not the same file as ${from} on ${source}, in drive ${target}`,
		`${removable ? 'set media: eject; or ' : ''}compare both: sha256sum ${from} (on ${source}), sha256sum ${path} (on ${destination}); if the one on ${destination} is not needed, move it away and set media: copy`,
		{retry: 'never'},
	);
}

/** Only formats with backing files are examined. */
function layerRequests({path, format}: LocalDisk, {source}: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const here = facts.get({kind: 'path', host: source, path});
	if (format === 'raw' || here === undefined || here.type === 'absent') return [];
	return [{kind: 'image', host: source, path, format}];
}

/** The backing files of a read-only disk. */
function layersOf({path, format}: LocalDisk, {source}: DiskPlanContext, facts: Facts): readonly ImageInfo[] {
	return facts.get({kind: 'image', host: source, path, format})?.slice(1) ?? [];
}

/** A backing file is referred to by its path, so it must have the same path at the destination. */
function planLayer(disk: LocalDisk, layer: ImageInfo, scene: DiskPlanContext, facts: Facts): Partial<Media> {
	const {definition, destination, requested} = scene;
	const {path: from} = layer;
	const pair = pairOf(from, scene);
	const refuse = (why: string, remedy: string) =>
		new StepError(
			`${definition.name}: disk ${disk.target} (${disk.path}) has the backing file ${from}, ${why}`,
			remedy,
			{
				retry: 'never',
			},
		);
	if (pair.place !== from) {
		throw refuse('which storage_map maps to another path', `exclude ${from} and ${disk.path} from storage_map`);
	}
	const found = fileThere(pair, facts) ?? 'different';
	if (found === 'different') throw isAnother({...disk, path: from}, pair.place, scene);
	if (found === 'same') return {};
	if (requested.media !== 'copy') throw refuse(`which does not exist on ${destination}`, 'set media: copy');
	return {
		extraFiles: [
			asItIs(
				{target: `${disk.target}-${layerNumber(disk, layer, scene, facts)}`, path: from},
				pair.place,
				scene,
				facts,
			),
		],
	};
}

function layerNumber(disk: LocalDisk, layer: ImageInfo, scene: DiskPlanContext, facts: Facts): number {
	return layersOf(disk, scene, facts).findIndex(({path}) => path === layer.path) + 1;
}

/** libvirt migrates firmware variables only together with the memory. */
function planNvram(scene: DiskPlanContext, facts: Facts): Partial<Media> {
	const {definition, mode, source, destination} = scene;
	const {nvram, nvramType} = definition;
	if (nvram === undefined || nvramType !== undefined || mode !== 'cold') return {};
	// A guest that was never started has none yet; libvirt creates it at the first start.
	if (facts.of({kind: 'path', host: source, path: nvram}).type === 'absent') return {};
	const isThere = facts.of({kind: 'path', host: destination, path: nvram}).type !== 'absent';
	const replaced = isThere ? [planReplaced(nvram, scene, facts)] : [];
	return {extraFiles: [asItIs({target: 'nvram', path: nvram}, nvram, scene, facts)], replaced};
}

/** A byte-for-byte copy of a file. */
export function asItIs(
	{target, path: from}: Pick<LocalDisk, 'target' | 'path'>,
	path: string,
	{definition, source, destination, mark}: DiskPlanContext,
	facts: Facts,
): DiskCopy {
	demandSafeTarget(path, `${definition.name}: ${target}`, destination);
	const here = facts.of({kind: 'path', host: source, path: from});
	if (here.type === 'absent') throw new StepError(`${from} does not exist on ${source}`, undefined, {retry: 'never'});
	const marked = markOf(path, mark);
	return {
		target,
		from,
		path,
		marked,
		dataBytes: here.bytes,
		...(here.bytes % sectorBytes === 0 ? {} : {exactBytes: here.bytes}),
		...likeOf(here),
		image: {path: marked, format: 'raw', virtualBytes: here.bytes},
	};
}
