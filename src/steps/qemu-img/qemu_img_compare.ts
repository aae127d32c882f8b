import type {FromSchema} from 'json-schema-to-ts';
import {compare, compareCodes} from '../../qemu-img/compare.ts';
import {defineReading} from '../common/define-reading.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['path', 'with'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'Path of the first image on the host.'},
		format: {type: 'string', description: 'Format of the image, such as qcow2 (the default) or raw.'},
		with: {type: 'string', minLength: 1, description: 'Path of the second image on the same host.'},
		with_format: {type: 'string', description: 'Format of the second image (default: that of the first).'},
	},
} as const;

/** Compares two images. */
export const qemuImgCompare = defineReading<FromSchema<typeof params>>({
	name: 'qemu_img_compare',
	summary: 'Compare the guest-visible contents of two disk images that are not in use. Fails if they differ.',
	examples: ['qemu_img_compare: {path: /images/web1.qcow2, with: /backup/web1.raw, with_format: raw}'],
	params,
	command: ({path, format = 'qcow2', with: other, with_format = format}, host) =>
		compare(host, {path, format}, {path: other, format: with_format}),
	codes: compareCodes,
	result: (stdout, code) => (code === 0 ? {same: true} : {same: false, failed: true, msg: stdout.trim()}),
});
