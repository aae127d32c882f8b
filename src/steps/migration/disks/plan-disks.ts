import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {DomainDisk} from '../../../virsh/definition/dumpxml.ts';
import {leftDisks} from '../../kept/left-disks.ts';
import {guardGuest, guardRequests} from '../location/guard-guest.ts';
import {chainRequests} from './backing-chain.ts';
import {copyRequests, planCopies} from './copies.ts';
import type {DiskPlan} from './disk-plan.ts';
import type {DiskPlanContext} from './disk-scene.ts';
import {mediaRequests, planMedia} from './media.ts';
import {nbdCopyRequests, planNbdCopies} from './nbd-copies.ts';
import {reusedDiskRequests} from './reused-disks.ts';
import {planProbes} from './shared-storage.ts';
import {checkSpace} from './space.ts';
import {rewritesOf} from './storage-map.ts';
import {demandSupported} from './supported.ts';
import {planXml} from './xml-files.ts';

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
	demandSupported(scene);
	guardGuest(scene, facts);
	const {copies, devices, reusedDisks, shared, dropped, replaced} = planCopies(scene, facts);
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
		...unlessEmpty('dropped', dropped),
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
