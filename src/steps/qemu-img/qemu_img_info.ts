import type {FromSchema} from 'json-schema-to-ts';
import {type ImageInfo, info, parseInfo} from '../../qemu-img/info.ts';
import {defineReading} from '../common/define-reading.ts';
import {imageParam} from './image-param.ts';

/** Reads the properties of an image. */
export const qemuImgInfo = defineReading<FromSchema<typeof imageParam>>({
	name: 'qemu_img_info',
	summary: 'Read the size, format and backing chain of a disk image.',
	examples: ['qemu_img_info: {path: /var/lib/libvirt/images/web1.qcow2}'],
	params: imageParam,
	short: 'path',
	command: ({path, format = 'qcow2'}, host) => info(host, path, format),
	result: stdout => {
		const [image, ...backing] = parseInfo(stdout);
		return {...(image as ImageInfo), backing};
	},
});
