import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {NbdCopy} from '../../../qemu-img/stream.ts';
import type {DomainDisk} from '../../../virsh/dumpxml.ts';
import type {Rewrite, XmlFiles} from '../../../virsh/rewrite-xml.ts';
import {type LeftDisk, leftDisks, type ReplacedCopy} from '../../kept/left-disks.ts';
import {guardGuest, guardRequests} from '../location/guard-guest.ts';
import {chainRequests} from './backing-chain.ts';
import {copyRequests, type Device, planCopies} from './copies.ts';
import type {DiskCopy, DiskPlanContext} from './disk-scene.ts';
import {type Medium, mediaRequests, planMedia} from './media.ts';
import {nbdCopyRequests, planNbdCopies} from './nbd-copies.ts';
import {type ReusedDisk, reusedDiskRequests} from './reused-disks.ts';
import {type Probe, planProbes} from './shared-storage.ts';
import {checkSpace} from './space.ts';
import {rewritesOf} from './storage-map.ts';
import {planXml} from './xml-files.ts';

/** What becomes of a guest's disks. What is empty is left out. */
export type DiskPlan = {
	/** Disks that are copied onto new images. */
	readonly copies: readonly DiskCopy[];
	/** Disks that are copied into files that the guest has left at the destination. */
	readonly reusedDisks?: readonly ReusedDisk[];
	/** What becomes of the images at the source. */
	readonly leaves?: readonly LeftDisk[];
	/** Kept copies of the guest at the destination, which the new images replace. */
	readonly replaced?: readonly ReplacedCopy[];
	/** Drives that are not copied, with the reason. */
	readonly left: readonly {readonly target: string; readonly reason: string}[];
	/** Files that are copied beside the disks, before the guest moves. */
	readonly extraFiles?: readonly DiskCopy[];
	/** Disks that are copied onto devices that are there. */
	readonly devices?: readonly Device[];
	/** What proves that storage is shared. */
	readonly probes?: readonly Probe[];
	/** What goes from host to host without libvirt: files beside the disks, and all disks of a guest that is shut off. */
	readonly nbdCopies?: readonly NbdCopy[];
	/** What is taken out of drives before the move. */
	readonly ejected?: readonly Medium[];
	/** Paths that are others at the destination, and the files with the definitions that say so. */
	readonly moved?: {readonly rewrites: readonly Rewrite[]; readonly files: XmlFiles};
	/** Only the top images are copied. */
	readonly topOnly?: true;
};

/** The readings that `planDisks` needs for a guest, as far as the facts there are can name them. */
export function diskRequests(scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	return [
		...guardRequests(scene),
		...copyRequests(scene, facts),
		...reusedDiskRequests(scene),
		...chainRequests(scene, facts),
		...mediaRequests(scene, facts),
		...nbdCopyRequests(scene),
	];
}

/**
 * Decides what is copied, and what else must be done with drives. A file that stands in the place of a copy is never
 * touched, but for those that are `own`: what the guest has left there itself.
 *
 * @throws StepError for what cannot be moved, with the remedy.
 */
export function planDisks(scene: DiskPlanContext, facts: Facts): DiskPlan {
	guardGuest(scene, facts);
	const {copies, devices, reusedDisks, shared, replaced} = planCopies(scene, facts);
	const {extraFiles, ejected, left, replaced: variables} = planMedia(scene, facts);
	const nvram = extraFiles.filter(({path}) => path === scene.definition.nvram);
	const leaves = [
		...[...copies, ...nvram].map(({target, from}) => ({target, path: from})),
		...reusedDisks.map(({target, path}) => ({target, path})),
	];
	checkSpace(scene, [...copies, ...extraFiles], facts);
	const rewrites = rewritesOf([
		...copies,
		...devices,
		...shared,
		...extraFiles,
		...left.flatMap(({place = []}) => place),
	]);
	const reasons = [
		...scene.definition.disks.flatMap(nothingToCopy),
		...left.map(({target, reason}) => ({target, reason})),
		...shared.map(({target}) => ({target, reason: 'on storage that both hosts share, which a probe file proves'})),
	];
	return {
		copies,
		left: scene.definition.disks.flatMap(disk => reasons.filter(({target}) => target === disk.target)),
		...unlessEmpty('extraFiles', extraFiles),
		...unlessEmpty('reusedDisks', reusedDisks),
		...unlessEmpty('leaves', leftDisks(leaves, scene.wishes.kept_disks)),
		...unlessEmpty('replaced', [...replaced, ...variables]),
		...unlessEmpty('devices', devices),
		...unlessEmpty('probes', planProbes(scene, shared)),
		...unlessEmpty('ejected', ejected),
		...unlessEmpty('nbdCopies', planNbdCopies(scene, {copies, devices, extraFiles}, facts)),
		...(rewrites.length === 0 ? {} : {moved: {rewrites, files: planXml(scene)}}),
		...(scene.wishes.copy_storage === 'inc' ? {topOnly: true} : {}),
	};
}

function nothingToCopy({target, type, path}: DomainDisk): DiskPlan['left'] {
	if (path !== undefined) return [];
	if (type === 'network') return [{target, reason: 'on the network'}];
	if (type === 'file' || type === 'block') return [{target, reason: 'empty'}];
	throw new StepError(
		`disk ${target} is of the type ${type}, which only virsh_migrate moves`,
		'give it a path of the host: virsh edit, <disk type="file">',
		{retry: 'never'},
	);
}

function unlessEmpty<Name extends keyof DiskPlan, Item>(
	name: Name,
	items: readonly Item[],
): {readonly [Key in Name]?: readonly Item[]} {
	return items.length === 0 ? {} : ({[name]: items} as {readonly [Key in Name]: readonly Item[]});
}
