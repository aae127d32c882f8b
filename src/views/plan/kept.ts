import type {Plan} from '../../plan/document/model.ts';
import type {ImageFate} from '../../steps/step.ts';
import {bytesText} from '../format.ts';
import {count, movesOf} from './rows.ts';

/** What happens to disk images, by host: `kvm1: 2 disks stay as kept copies, 648 KiB`. */
export function keptTexts(plan: Plan): readonly string[] {
	const images = movesOf(plan)
		.filter(({skip}) => skip === undefined)
		.flatMap(action => action.images ?? []);
	return [
		...arrivingTexts(plan),
		...byHost(images, 'kept').map(
			([host, {files, bytes}]) =>
				`${host}: ${count(files, 'disk stays as a kept copy', 'disks stay as kept copies')}, ${bytesText(bytes)}`,
		),
		...byHost(images, 'deleted').map(
			([host, {files, bytes}]) =>
				`${host}: ${count(files, 'disk is deleted', 'disks are deleted')} after the move, ${bytesText(bytes)}`,
		),
		...byHost(images, 'replaced').map(
			([host, {files, bytes}]) =>
				`${host}: ${count(files, 'kept copy is replaced', 'kept copies are replaced')}, ${bytesText(bytes)}`,
		),
	];
}

/** `kvm2: 2 disks are copied to it, 648 KiB`. */
function arrivingTexts(plan: Plan): readonly string[] {
	const copied = movesOf(plan).flatMap(({skip, to = '', images = []}) =>
		skip === undefined
			? images
					.filter(({becomes}) => becomes !== 'replaced')
					.map(image => ({...image, on: to, becomes: 'copied' as const}))
			: [],
	);
	return byHost(copied, 'copied').map(
		([host, {files, bytes}]) =>
			`${host}: ${count(files, 'disk is copied to it', 'disks are copied to it')}, ${bytesText(bytes)}`,
	);
}

type Image = Pick<ImageFate, 'on' | 'bytes'> & {readonly becomes: ImageFate['becomes'] | 'copied'};

type Sum = {readonly files: number; readonly bytes: number};

function byHost(images: readonly Image[], becomes: Image['becomes']): readonly (readonly [string, Sum])[] {
	const sums = new Map<string, Sum>();
	for (const {on, bytes} of images.filter(one => one.becomes === becomes)) {
		const known = sums.get(on) ?? {files: 0, bytes: 0};
		sums.set(on, {files: known.files + 1, bytes: known.bytes + bytes});
	}
	return [...sums];
}
