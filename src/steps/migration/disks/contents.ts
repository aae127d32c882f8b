import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import type {ImageInfo} from '../../../qemu-img/info.ts';
import type {DiskPlanContext, LocalDisk} from './disk-scene.ts';

/** What a disk's image holds beside the disk and its copy does not. */
export type DroppedContents = {readonly target: string; readonly contents: readonly string[]};

/**
 * A copy holds what the guest sees: neither snapshots within the image nor bitmaps.
 *
 * @throws StepError for an image of another format than declared, and for one with more than the copy takes along, unless
 * the playbook says that it may be dropped.
 */
export function demandPlain(
	{target, path, format}: Pick<LocalDisk, 'target' | 'path' | 'format'>,
	{contents = [], looksLike}: ImageInfo,
	{definition, source, wishes}: DiskPlanContext,
): void {
	if (looksLike !== undefined) {
		throw new StepError(
			`${definition.name}: disk ${target} (${path}) is declared as ${format}, and its content is ${looksLike}`,
			`correct the format: virsh edit ${definition.uuid}, <driver type='${looksLike}'/> (on ${source}), and restart the guest`,
			{retry: 'never'},
		);
	}
	if (contents.length === 0 || wishes.image_contents === 'drop') return;
	throw new StepError(
		`${definition.name}: disk ${target} (${path}) holds more than a copy does: ${contents.join(', ')}`,
		`delete what is not needed: qemu-img snapshot -d NAME or qemu-img bitmap --remove, with the guest shut off (on ${source}); or copy without it: image_contents: drop`,
		{retry: 'never'},
	);
}

/** What the copy of a disk leaves out. */
export function droppedOf(
	{target, path, format}: LocalDisk,
	scene: DiskPlanContext,
	facts: Facts,
): readonly DroppedContents[] {
	const [{contents = []} = {}] = facts.of({kind: 'image', host: scene.source, path, format});
	return contents.length === 0 || isByteForByte(scene) ? [] : [{target, contents}];
}

/** The top of a chain, of a guest that is off, is copied as the file that it is. */
export function isByteForByte({mode, wishes}: DiskPlanContext): boolean {
	return mode === 'cold' && wishes.copy_storage === 'inc';
}
