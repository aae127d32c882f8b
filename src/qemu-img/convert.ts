import {type Command, write} from '../shell/command.ts';
import {formatArgs, type NewImage} from './create.ts';

/** Copies an image into a new one; like `create`, it empties whatever stands at the new path. Not while a guest writes. */
export function convert(host: string, from: {readonly path: string; readonly format: string}, to: NewImage): Command {
	return write(host, [
		'qemu-img',
		'convert',
		'-q',
		'-f',
		from.format,
		'-O',
		to.format,
		...formatArgs(to),
		'--',
		from.path,
		to.path,
	]);
}
