import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {NewImage} from '../../../qemu-img/create.ts';
import type {ImageInfo} from '../../../qemu-img/info.ts';
import {type DiskPlanContext, writtenDisks} from './disk-scene.ts';
import {mapPath} from './storage-map.ts';

/** What proves that the destination has the images below a disk: asked only where the top alone is copied. */
export function chainRequests(scene: DiskPlanContext, facts: Facts): readonly FactRequest[] {
	const {definition, source, destination, wishes} = scene;
	if (wishes.copy_storage !== 'inc') return [];
	const chains = writtenDisks(definition).map(({path, format}) =>
		facts.get({kind: 'image', host: source, path, format}),
	);
	return chains
		.flatMap((chain = []) => chain.slice(1))
		.flatMap(({path}): readonly FactRequest[] => {
			const place = mapPath(path, wishes.storage_map);
			const there = {kind: 'path', host: destination, path: place} as const;
			const found = facts.get(there);
			if (found === undefined || found.type === 'absent') return [there];
			return [there, {kind: 'digest', host: source, path}, {kind: 'digest', host: destination, path: place}];
		});
}

/**
 * The image below a copy of the top. All that is below it must be at the destination, byte for byte.
 *
 * @throws StepError when it is not.
 */
export function backingFor(
	[top, ...below]: readonly ImageInfo[],
	scene: DiskPlanContext,
	facts: Facts,
): NewImage['backing'] {
	const {definition, source, destination, wishes, mode} = scene;
	for (const {path} of below) {
		const place = mapPath(path, wishes.storage_map);
		const copyIt = `copy it there: rsync --sparse ${path} ${destination}:${place} (on ${source}); or say copy_storage: all`;
		if (facts.of({kind: 'path', host: destination, path: place}).type === 'absent') {
			throw new StepError(`${definition.name}: ${destination} has no ${place}, on which ${top?.path} stands`, copyIt, {
				retry: 'never',
			});
		}
		const here = facts.of({kind: 'digest', host: source, path});
		if (here !== facts.of({kind: 'digest', host: destination, path: place})) {
			throw new StepError(
				`${definition.name}: ${place} on ${destination} is not the same as ${path} on ${source}`,
				`look at both with: sha256sum; if the one on ${destination} is needed by nobody, ${copyIt}`,
				{retry: 'never'},
			);
		}
	}
	const [base] = below;
	if (base === undefined) return undefined;
	const place = mapPath(base.path, wishes.storage_map);
	const name = top?.backingName ?? base.path;
	if (mode === 'cold' && place !== base.path && name.startsWith('/')) {
		throw new StepError(
			`${definition.name}: ${top?.path} stands on ${name} by its whole path, which storage_map makes another`,
			'say copy_storage: all; or start it, and move it live',
			{retry: 'never'},
		);
	}
	return {path: name.startsWith('/') ? place : name, format: base.format};
}
