import {type Command, write} from '../shell/command.ts';

/** Makes an image larger. qemu-img refuses a smaller size, and an image that a guest uses. */
export function resize(host: string, path: string, format: string, bytes: number): Command {
	return write(host, ['qemu-img', 'resize', '-q', '-f', format, '--', path, String(bytes)]);
}
