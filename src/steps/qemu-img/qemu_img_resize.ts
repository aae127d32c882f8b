import {StepError} from '../../errors.ts';
import {resize} from '../../qemu-img/resize.ts';
import {parseSize, sizeSchema} from '../../units/units.ts';
import {defineStep, type StepContext} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['path', 'size'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'The image, as a path on the host. No guest may have it open.'},
		size: {...sizeSchema, description: 'What the guest shall see, in all: 40 GiB. Never less than now.'},
		format: {type: 'string', description: 'Its format: qcow2, which is the default, raw, …'},
	},
} as const;

type ResizeAction = {readonly host: string; readonly path: string; readonly format: string; readonly bytes: number};

/** Makes an image larger. */
export const qemuImgResize = defineStep<typeof params, ResizeAction, null>({
	kind: 'action',
	name: 'qemu_img_resize',
	summary: 'Make a disk image larger, while no guest has it open.',
	examples: ['qemu_img_resize: {path: /var/lib/libvirt/images/web1.qcow2, size: 40 GiB}'],
	effect: 'write',
	exclusive: true,
	params,
	needs: ({path, format = 'qcow2'}, {host}) => [{kind: 'image', host, path, format}],
	plan({path, size, format = 'qcow2'}, {host}, facts) {
		const bytes = parseSize(size);
		const [image] = facts.of({kind: 'image', host, path, format});
		const now = image?.virtualBytes ?? 0;
		if (now === bytes) return {skip: `${path} has this size already`};
		if (now > bytes) {
			throw new StepError(
				`${path} on ${host} has ${now} bytes, more than the ${bytes} asked for, and an image is never made smaller`,
				'make the file system in it smaller first, then copy it into a smaller image',
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
	irreversible: 'what a guest has written into the new part would be lost',
	result: ({path, bytes}) => ({path, size: bytes}),
});

async function verifySize({host, path, format, bytes}: ResizeAction, context: StepContext): Promise<void> {
	const request = {kind: 'image', host, path, format} as const;
	const [image] = (await context.facts([request])).of(request);
	if (image?.virtualBytes !== bytes) throw new StepError(`${path} on ${host} has not the size asked for`);
}
