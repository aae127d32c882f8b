import type {FromSchema} from 'json-schema-to-ts';
import {check, checkCodes, parseCheck} from '../../qemu-img/check.ts';
import {defineReading} from '../common/define-reading.ts';
import {imageParam} from './image-param.ts';

/** Checks the integrity of an image. */
export const qemuImgCheck = defineReading<FromSchema<typeof imageParam>>({
	name: 'qemu_img_check',
	summary:
		'Check the integrity of a disk image that is not in use. Fails if data is corrupted; leaked clusters only waste space.',
	examples: ['qemu_img_check: /var/lib/libvirt/images/web1.qcow2'],
	params: imageParam,
	short: 'path',
	command: ({path, format = 'qcow2'}, host) => check(host, path, format),
	codes: checkCodes,
	result(stdout) {
		const found = parseCheck(stdout);
		const damage = found.corruptions + found.errors;
		if (damage === 0) return found;
		return {...found, failed: true, msg: `${found.corruptions} corruptions and ${found.errors} check errors`};
	},
});
