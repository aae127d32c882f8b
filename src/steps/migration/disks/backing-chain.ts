import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {NewImage} from '../../../qemu-img/create.ts';
import type {ImageInfo} from '../../../qemu-img/info.ts';
import {type DiskPlanContext, writtenDisks} from './disk-scene.ts';
import {mapPath} from './storage-map.ts';

/** The facts that prove that the destination has the backing files of a disk; only required for `copy_storage: inc`. */
export function chainRequests(scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const {definition, source, destination, requested} = scene;
	if (requested.copy_storage !== 'inc') return [];
	const chains = writtenDisks(definition).map(({path, format}) =>
		facts.get({kind: 'image', host: source, path, format}),
	);
	return chains
		.flatMap((chain = []) => chain.slice(1))
		.flatMap(({path}): readonly FactRequest[] => {
			const place = mapPath(path, requested.storage_map);
			const there = {kind: 'path', host: destination, path: place} as const;
			const found = facts.get(there);
			if (found === undefined || found.type === 'absent') return [there];
			return [there, {kind: 'digest', host: source, path}, {kind: 'digest', host: destination, path: place}];
		});
}

/**
 * The backing file for a copy of the top image. The whole chain below must exist at the destination, byte for byte.
 *
 * @throws StepError when it does not.
 */
export function backingFor(
	[top, ...below]: readonly ImageInfo[],
	scene: DiskPlanContext,
	facts: Facts,
): NewImage['backing'] {
	const {definition, source, destination, requested, mode} = scene;
	for (const {path} of below) {
		const place = mapPath(path, requested.storage_map);
		const copyIt = `copy it: rsync --sparse ${path} ${destination}:${place} (on ${source}); or set copy_storage: all`;
		if (facts.of({kind: 'path', host: destination, path: place}).type === 'absent') {
			throw new StepError(
				`${definition.name}: ${place}, the backing file of ${top?.path}, does not exist on ${destination}`,
				copyIt,
				{
					retry: 'never',
				},
			);
		}
		const here = facts.of({kind: 'digest', host: source, path});
		if (here !== facts.of({kind: 'digest', host: destination, path: place})) {
			throw new StepError(
				`${definition.name}: ${place} on ${destination} differs from ${path} on ${source}`,
				`compare both with sha256sum; if the file on ${destination} is not needed, ${copyIt}`,
				{retry: 'never'},
			);
		}
	}
	const [base] = below;
	if (base === undefined) return undefined;
	const place = mapPath(base.path, requested.storage_map);
	const name = top?.backingName ?? base.path;
	if (mode === 'cold' && place !== base.path && name.startsWith('/')) {
		throw new StepError(
			`${definition.name}: ${top?.path} refers to its backing file by the absolute path ${name}, which storage_map changes`,
			'set copy_storage: all; or start the guest and move it live',
			{retry: 'never'},
		);
	}
	return {path: name.startsWith('/') ? place : name, format: base.format};
}
