import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import type {ImageInfo} from '../../../qemu-img/info.ts';
import type {DiskPlanContext, LocalDisk} from './disk-scene.ts';

/** Contents of an image that a copy lacks. */
export type DroppedContents = {readonly target: string; readonly contents: readonly string[]};

/**
 * A copy contains the guest-visible data, but no internal snapshots or bitmaps.
 *
 * @throws StepError for an image whose format differs from the declared one, and for one with contents that a copy
 * lacks, unless the playbook sets `image_contents: drop`.
 */
export function demandPlain(
	{target, path, format}: Pick<LocalDisk, 'target' | 'path' | 'format'>,
	{contents = [], looksLike}: ImageInfo,
	{definition, source, requested}: DiskPlanContext,
): void {
	if (looksLike !== undefined) {
		throw new StepError(
			`${definition.name}: disk ${target} (${path}) is declared as ${format}, but its content is ${looksLike}`,
			`correct the format: virsh edit ${definition.uuid}, <driver type='${looksLike}'/> (on ${source}), and restart the guest`,
			{retry: 'never'},
		);
	}
	if (contents.length === 0 || requested.image_contents === 'drop') return;
	throw new StepError(
		`${definition.name}: disk ${target} (${path}) contains data that a copy lacks: ${contents.join(', ')}`,
		`with the guest shut off, delete what is not needed: qemu-img snapshot -d NAME or qemu-img bitmap --remove (on ${source}); or set image_contents: drop to copy without it`,
		{retry: 'never'},
	);
}

/** The contents that the copy of a disk lacks. */
export function droppedOf(
	{target, path, format}: LocalDisk,
	scene: DiskPlanContext,
	facts: Facts,
): readonly DroppedContents[] {
	const [{contents = []} = {}] = facts.of({kind: 'image', host: scene.source, path, format});
	return contents.length === 0 || isByteForByte(scene) ? [] : [{target, contents}];
}

/** The top image of a chain of a guest that is shut off is copied byte for byte. */
export function isByteForByte({mode, requested}: DiskPlanContext): boolean {
	return mode === 'cold' && requested.copy_storage === 'inc';
}
