import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {markOf} from '../../../files/claim.ts';
import {tooLong} from '../../../files/name-limit.ts';
import {mayBeOneFile, type PathFact} from '../../../files/stat.ts';
import type {NewImage} from '../../../qemu-img/create.ts';
import type {ImageInfo} from '../../../qemu-img/info.ts';
import {type ReplacedCopy, replacedCopy} from '../../kept/left-disks.ts';
import {copyText, ownCopy, ownCopyRequests} from '../../kept/own-copy.ts';
import {backingFor} from './backing-chain.ts';
import {type DroppedContents, demandPlain, droppedOf, isByteForByte} from './contents.ts';
import {type Device, planDevice} from './devices.ts';
import {type DiskCopy, type DiskPlanContext, type LocalDisk, writtenDisks} from './disk-scene.ts';
import {canOverwrite, planReusedDisk, type ReusedDisk} from './reused-disks.ts';
import {folderOf, mapPath} from './storage-map.ts';
import {demandSafeTarget} from './target-path.ts';

/** A disk that may be on shared storage. */
export type SharedDisk = {
	readonly target: string;
	readonly from: string;
	readonly path: string;
	/** Identity of the file at the source. */
	readonly identity: string;
};

export type Copies = {
	readonly copies: readonly DiskCopy[];
	readonly devices: readonly Device[];
	readonly reusedDisks: readonly ReusedDisk[];
	readonly shared: readonly SharedDisk[];
	readonly dropped: readonly DroppedContents[];
	/** Kept copies of the guest that new images replace. */
	readonly replaced: readonly ReplacedCopy[];
};

export function copyRequests(scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const {definition, source, destination, requested} = scene;
	const ofDisks = writtenDisks(definition).flatMap(({path, format, type}): readonly FactRequest[] => {
		const place = mapPath(path, requested.storage_map);
		const common: readonly FactRequest[] = [
			{kind: 'image', host: source, path, format},
			{kind: 'path', host: source, path},
			{kind: 'path', host: destination, path: place},
		];
		if (type !== 'block') return [...common, {kind: 'folder', host: destination, path: folderOf(place)}];
		const taken = requested.block_devices === 'overwrite' && format === 'raw';
		if (!taken) return common;
		return [
			...common,
			{kind: 'image', host: destination, path: place, format},
			{kind: 'disk-users', host: destination},
		];
	});
	return [...ownCopyRequests(destination, new Set([definition.uuid]), facts), ...ofDisks];
}

/** @throws StepError for a disk that can neither be copied nor is shared. */
export function planCopies(scene: DiskPlanContext, facts: Facts): Copies {
	const disks = writtenDisks(scene.definition);
	const planned = disks.map(disk => planOne(disk, scene, facts));
	return {
		copies: planned.flatMap(one => ('copy' in one ? [one.copy] : [])),
		devices: planned.flatMap(one => ('device' in one ? [one.device] : [])),
		reusedDisks: planned.flatMap(one => ('reused' in one ? [one.reused] : [])),
		shared: planned.flatMap(one => ('shared' in one ? [one.shared] : [])),
		dropped: disks.flatMap((disk, index) => ('shared' in (planned[index] ?? {}) ? [] : droppedOf(disk, scene, facts))),
		replaced: planned.flatMap(one => ('replaced' in one ? [one.replaced] : [])),
	};
}

type Planned =
	| {readonly copy: DiskCopy}
	| {readonly copy: DiskCopy; readonly replaced: ReplacedCopy}
	| {readonly device: Device}
	| {readonly reused: ReusedDisk}
	| {readonly shared: SharedDisk};

function planOne(disk: LocalDisk, scene: DiskPlanContext, facts: Facts): Planned {
	const {definition, source, destination, requested} = scene;
	const {target, path: from} = disk;
	const path = mapPath(from, requested.storage_map);
	const unfit = tooLong(path);
	if (unfit !== undefined) {
		throw new StepError(
			`${definition.name}: disk ${target}: cannot create ${path} on ${destination}: ${unfit}`,
			'map it to a shorter path with storage_map',
			{retry: 'never'},
		);
	}
	if (disk.type === 'block') return {device: planDevice(disk, path, scene, facts)};
	const here = facts.of({kind: 'path', host: source, path: from});
	const there = facts.of({kind: 'path', host: destination, path});
	if (here.type !== 'absent' && mayBeOneFile(here, there)) {
		return {shared: {target, from, path, identity: here.identity}};
	}
	const guest = definition.name;
	if (disk.shareable || requested.copy_storage === 'none') {
		const why = disk.shareable ? 'other guests may write to it' : 'copy_storage is none';
		throw new StepError(
			`${guest}: disk ${target} (${from}) is not on storage that ${destination} shares, and ${why}`,
			`put it on storage that ${source} and ${destination} share, at the same path`,
			{retry: 'never'},
		);
	}
	if (path === from && canOverwrite(path, there, scene)) return {reused: planReusedDisk(disk, scene, facts)};
	const copy = () => planCopy(disk, path, here, scene, facts);
	if (there.type === 'absent') return {copy: copy()};
	return {replaced: planReplaced(path, scene, facts), copy: copy()};
}

/**
 * The guest's own kept copy, which the new image replaces.
 *
 * @throws StepError for any other existing file.
 */
export function planReplaced(
	path: string,
	{definition, destination, mark}: DiskPlanContext,
	facts: Facts,
): ReplacedCopy {
	const {name, uuid} = definition;
	const own = ownCopy(destination, uuid, path, facts);
	if (own !== undefined && own.why === undefined) return replacedCopy(path, mark, own.copy.actualBytes);
	if (own !== undefined) {
		throw new StepError(
			`${name}: ${path} on ${destination} is a kept copy of this guest (${copyText(own.copy)}), but ${own.why}`,
			`see: vacate disks; move the file away if it is not needed: mv ${path} ${path}.old (on ${destination})`,
			{retry: 'never', side: 'destination'},
		);
	}
	const other = facts.of({kind: 'kept-copies', host: destination}).copies.find(copy => copy.path === path);
	if (other !== undefined && other.found === 'intact') {
		throw new StepError(
			`${name}: ${path} on ${destination} is a kept copy of ${other.name} (${copyText(other)})`,
			`if it is not needed: vacate disks clean --host ${destination} --guest ${other.guest}`,
			{retry: 'never', side: 'destination'},
		);
	}
	throw new StepError(
		`${name}: ${path} exists on ${destination}, and vacate never overwrites a file it did not create`,
		`check it: qemu-img info -U ${path} (on ${destination}); move it away if it is not needed`,
		{retry: 'never', side: 'destination'},
	);
}

function planCopy(disk: LocalDisk, path: string, here: PathFact, scene: DiskPlanContext, facts: Facts): DiskCopy {
	const {definition, source, mark, requested} = scene;
	const {target, path: from, format} = disk;
	const chain = facts.of({kind: 'image', host: source, path: from, format});
	const [image] = chain;
	if (image === undefined) throw new Error('an image chain is never empty');
	if (disk.encrypted || chain.some(({encrypted}) => encrypted)) {
		throw new StepError(
			`${definition.name}: disk ${target} (${from}) is encrypted; creating the new image would require its passphrase`,
			`create the image on ${scene.destination} manually, and move the guest with virsh_migrate`,
			{retry: 'never'},
		);
	}
	if (image.dataFile !== undefined) {
		throw new StepError(
			`${definition.name}: disk ${target} (${from}) has an external data file, ${image.dataFile}`,
			`create both on ${scene.destination} manually, and move the guest with virsh_migrate`,
			{retry: 'never'},
		);
	}
	if (image.unknownOptions !== undefined) {
		throw new StepError(
			`${definition.name}: disk ${target} (${from}) has options that vacate does not know: ${image.unknownOptions.join(', ')}`,
			`create the image on ${scene.destination} manually, and move the guest with virsh_migrate`,
			{retry: 'never'},
		);
	}
	demandSafeTarget(path, `${definition.name}: disk ${target}`, scene.destination);
	if (!isByteForByte(scene)) demandPlain(disk, image, scene);
	const marked = markOf(path, mark);
	const backing = requested.copy_storage === 'inc' ? backingFor(chain, scene, facts) : undefined;
	return {
		target,
		from,
		path,
		marked,
		dataBytes: dataOf(requested.copy_storage === 'inc' ? [image] : chain),
		...likeOf(here),
		image: newImage(marked, image, here, backing, scene),
	};
}

/**
 * In a live move, libvirt writes the top of a chain into an image with the same backing file. Otherwise the top is
 * copied byte for byte, including its reference to the backing file: in a new image, unwritten clusters and written
 * zeros could not be told apart.
 */
function newImage(
	path: string,
	{format, virtualBytes, options}: ImageInfo,
	here: PathFact,
	backing: NewImage['backing'],
	{mode}: DiskPlanContext,
): NewImage {
	if (backing === undefined) return {path, format, virtualBytes, options};
	if (mode === 'live') return {path, format, virtualBytes, options, backing};
	return {path, format: 'raw', virtualBytes: here.type === 'absent' ? 0 : here.bytes};
}

/** The new file gets the mode and owner of the old one. */
export function likeOf(here: PathFact): Pick<DiskCopy, 'like'> {
	return here.type === 'absent' ? {} : {like: {mode: here.mode, owner: here.owner}};
}

/** The space for a copy of the whole chain: at most the virtual size, apart from metadata of the format. */
function dataOf(chain: readonly ImageInfo[]): number {
	const held = chain.reduce((sum, {actualBytes}) => sum + actualBytes, 0);
	return chain.length === 1 ? held : Math.min(held, chain[0]?.virtualBytes ?? held);
}
