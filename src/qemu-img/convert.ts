import {type Command, write} from '../shell/command.ts';
import {formatArgs, type NewImage} from './create.ts';

/** Copies an image to a new file. Like `create`, it truncates an existing file. No guest may be writing. */
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
