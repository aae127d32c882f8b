import {markOf} from '../../../files/claim.ts';
import type {Command} from '../../../shell/command.ts';
import {type Rewrite, removeXml, rewriteXml, type XmlFiles} from '../../../virsh/definition/rewrite-xml.ts';
import type {DiskPlan} from './disk-plan.ts';
import type {DiskPlanContext} from './disk-scene.ts';
import {reversed} from './storage-map.ts';

/** Directory of the adapted definitions during a move. Only root can read it. */
export function planXml({mark, mode}: DiskPlanContext): XmlFiles {
	const stored = markOf('/run/stored.xml', mark);
	return mode === 'cold' ? {stored} : {live: markOf('/run/live.xml', mark), stored};
}

/**
 * The options of `virsh migrate` for these files. With `--offline`, libvirt defines what `--xml` gives and ignores
 * `--persistent-xml`.
 */
export function xmlOptions(
	{moved}: DiskPlan,
	persistent: boolean,
): {readonly xml?: string; readonly persistent_xml?: string} {
	if (moved === undefined) return {};
	const {live, stored} = moved.files;
	return {xml: live ?? stored, ...(persistent ? {persistent_xml: stored} : {})};
}

export function xmlCommands(host: string, uuid: string, {moved}: DiskPlan): readonly Command[] {
	return moved === undefined ? [] : [rewriteXml(host, uuid, moved.files, moved.rewrites)];
}

/** The files for moving the guest back. */
export function xmlBackCommands(host: string, uuid: string, {moved}: DiskPlan): readonly Command[] {
	if (moved === undefined) return [];
	const back: readonly Rewrite[] = reversed(moved.rewrites);
	return [rewriteXml(host, uuid, moved.files, back)];
}

export function xmlRemovals(host: string, {moved}: DiskPlan): readonly Command[] {
	return moved === undefined ? [] : [removeXml(host, moved.files)];
}
