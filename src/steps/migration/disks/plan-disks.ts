import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {DomainDisk} from '../../../virsh/definition/dumpxml.ts';
import {leftDisks} from '../../kept/left-disks.ts';
import {definitionRewrites} from '../definition-changes.ts';
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

/** The facts that `planDisks` requires for a guest, given the facts known so far. */
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
 * Decides what to copy, and what else to do with drives. An existing file at the path of a copy is never
 * changed, except `own` files that the guest left there itself.
 *
 * @throws StepError for disks that cannot be moved, with the remedy.
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
	const paths = rewritesOf([...copies, ...devices, ...shared, ...extraFiles, ...left.flatMap(({place = []}) => place)]);
	const rewrites = [...paths, ...definitionRewrites(scene.definition, scene.changes ?? {})];
	const reasons = [
		...scene.definition.disks.flatMap(nothingToCopy),
		...left.map(({target, reason}) => ({target, reason})),
		...shared.map(({target}) => ({target, reason: 'on shared storage, which a probe file verifies'})),
	];
	return {
		copies,
		left: scene.definition.disks.flatMap(disk => reasons.filter(({target}) => target === disk.target)),
		...unlessEmpty('dropped', dropped),
		...unlessEmpty('extraFiles', extraFiles),
		...unlessEmpty('reusedDisks', reusedDisks),
		...unlessEmpty('leaves', leftDisks(leaves, scene.requested.kept_disks)),
		...unlessEmpty('replaced', [...replaced, ...variables]),
		...unlessEmpty('devices', devices),
		...unlessEmpty('probes', planProbes(scene, shared)),
		...unlessEmpty('ejected', ejected),
		...unlessEmpty('nbdCopies', planNbdCopies(scene, {copies, devices, extraFiles}, facts)),
		...(rewrites.length === 0 ? {} : {moved: {rewrites, files: planXml(scene)}}),
		...(scene.requested.copy_storage === 'inc' ? {topOnly: true} : {}),
	};
}

function nothingToCopy({target, type, path}: DomainDisk): DiskPlan['left'] {
	if (path !== undefined) return [];
	if (type === 'network') return [{target, reason: 'network disk'}];
	if (type === 'file' || type === 'block') return [{target, reason: 'empty'}];
	throw new StepError(
		`disk ${target} has the type ${type}, which only virsh_migrate supports`,
		'change it to a file of the host: virsh edit, <disk type="file">',
		{retry: 'never'},
	);
}

function unlessEmpty<Name extends keyof DiskPlan, Item>(
	name: Name,
	items: readonly Item[],
): {readonly [Key in Name]?: readonly Item[]} {
	return items.length === 0 ? {} : ({[name]: items} as {readonly [Key in Name]: readonly Item[]});
}
