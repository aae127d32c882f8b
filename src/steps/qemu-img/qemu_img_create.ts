import {StepError} from '../../errors.ts';
import {markOf} from '../../files/claim.ts';
import {parseSize, sizeSchema} from '../../units/units.ts';
import {defineStep, type StepContext} from '../step.ts';
import {
	identify,
	type MadeImage,
	makeCommands,
	makeImages,
	type PlacedImage,
	releaseCommands,
	removeImages,
	tracesOf,
} from './images.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['path', 'size'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'Path of the new image. An existing file is never overwritten.'},
		size: {...sizeSchema, description: 'Virtual size, such as 20 GiB.'},
		format: {type: 'string', description: 'Format of the image, such as qcow2 (the default) or raw.'},
		options: {
			type: 'object',
			additionalProperties: {type: 'string'},
			description: 'Options of the format, as for `qemu-img -o`: {cluster_size: 65536}.',
		},
	},
} as const;

type CreateAction = {readonly host: string; readonly placed: PlacedImage};

/** Creates a disk image. */
export const qemuImgCreate = defineStep<typeof params, CreateAction, readonly MadeImage[]>({
	kind: 'action',
	name: 'qemu_img_create',
	summary: 'Create a disk image. Never overwrites an existing file.',
	examples: ['qemu_img_create: {path: /var/lib/libvirt/images/web1.qcow2, size: 20 GiB}'],
	effect: 'write',
	exclusive: true,
	params,
	needs({path, format = 'qcow2'}, {host}, facts) {
		const there = {kind: 'path', host, path} as const;
		const found = facts.get(there);
		if (found === undefined || found.type === 'absent') return [there];
		return [there, {kind: 'image', host, path, format}];
	},
	plan({path, size, format = 'qcow2', options}, {host, mark}, facts) {
		const virtualBytes = parseSize(size);
		if (facts.of({kind: 'path', host, path}).type !== 'absent') {
			const [image] = facts.of({kind: 'image', host, path, format});
			if (image?.virtualBytes === virtualBytes) return {skip: `${path} already exists with this size`};
			throw new StepError(
				`${path} exists on ${host} with ${image?.virtualBytes} bytes instead of ${virtualBytes}`,
				`check it: qemu-img info ${path} (on ${host}); move it away if it is not needed`,
				{retry: 'never'},
			);
		}
		const marked = markOf(path, mark);
		return {host, placed: {path, marked, image: {path: marked, format, virtualBytes, options: options ?? {}}}};
	},
	preview: ({host, placed}) => [...makeCommands(host, [placed]), ...releaseCommands(host, [placed])],
	apply: ({host, placed}, context) => makeImages(host, [placed], context),
	async adopt(action, context) {
		await verifyImage(action, context);
		return identify(action.host, [action.placed], context);
	},
	verify: verifyImage,
	async commit({host, placed}, context) {
		for (const command of releaseCommands(host, [placed])) await context.run(command);
	},
	undo: ({host, placed}, receipt, context) => removeImages(host, [placed], receipt ?? [], context),
	traces: ({host, placed}) => tracesOf(host, [placed]),
	result: ({placed}) => ({path: placed.path, size: placed.image.virtualBytes}),
});

async function verifyImage({host, placed}: CreateAction, context: StepContext): Promise<void> {
	const {path, image} = placed;
	const request = {kind: 'image', host, path, format: image.format} as const;
	const [made] = (await context.facts([request])).of(request);
	if (made?.virtualBytes !== image.virtualBytes)
		throw new StepError(`${path} on ${host} does not have the requested size`);
}
