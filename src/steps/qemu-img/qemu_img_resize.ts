import {StepError} from '../../errors.ts';
import {resize} from '../../qemu-img/resize.ts';
import {parseSize, sizeSchema} from '../../units/units.ts';
import {defineStep, type StepContext} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['path', 'size'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'Path of the image on the host. It must not be in use.'},
		size: {
			...sizeSchema,
			description: 'New virtual size, such as 40 GiB. It must not be smaller than the current size.',
		},
		format: {type: 'string', description: 'Format of the image, such as qcow2 (the default) or raw.'},
	},
} as const;

type ResizeAction = {readonly host: string; readonly path: string; readonly format: string; readonly bytes: number};

/** Enlarges an image. */
export const qemuImgResize = defineStep<typeof params, ResizeAction, null>({
	kind: 'action',
	name: 'qemu_img_resize',
	summary: 'Enlarge a disk image that is not in use.',
	examples: ['qemu_img_resize: {path: /var/lib/libvirt/images/web1.qcow2, size: 40 GiB}'],
	effect: 'write',
	exclusive: true,
	params,
	needs: ({path, format = 'qcow2'}, {host}) => [{kind: 'image', host, path, format}],
	plan({path, size, format = 'qcow2'}, {host}, facts) {
		const bytes = parseSize(size);
		const [image] = facts.of({kind: 'image', host, path, format});
		const now = image?.virtualBytes ?? 0;
		if (now === bytes) return {skip: `${path} already has this size`};
		if (now > bytes) {
			throw new StepError(
				`${path} on ${host} has ${now} bytes, more than the requested ${bytes}; images are never shrunk`,
				'shrink the file system in it, then copy it to a smaller image',
				{retry: 'never'},
			);
		}
		return {host, path, format, bytes};
	},
	preview: ({host, path, format, bytes}) => [resize(host, path, format, bytes)],
	async apply({host, path, format, bytes}, context) {
		await context.run(resize(host, path, format, bytes));
		return null;
	},
	async adopt(action, context) {
		await verifySize(action, context);
		return null;
	},
	verify: verifySize,
	irreversible: 'data that a guest wrote to the new part would be lost',
	result: ({path, bytes}) => ({path, size: bytes}),
});

async function verifySize({host, path, format, bytes}: ResizeAction, context: StepContext): Promise<void> {
	const request = {kind: 'image', host, path, format} as const;
	const [image] = (await context.facts([request])).of(request);
	if (image?.virtualBytes !== bytes) throw new StepError(`${path} on ${host} does not have the requested size`);
}
