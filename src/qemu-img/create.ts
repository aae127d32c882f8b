import {type Command, write} from '../shell/command.ts';

export type NewImage = {
	readonly path: string;
	readonly format: string;
	readonly virtualBytes: number;
	/** Options of the format, by qemu-img's names. */
	readonly options?: Readonly<Record<string, string>>;
};

/** Makes an image. qemu-img empties an existing file without a word, so `path` must be a name that nobody else uses. */
export function create(host: string, image: NewImage): Command {
	const options = Object.entries(image.options ?? {}).map(([key, value]) => `${key}=${value}`);
	return write(host, [
		'qemu-img',
		'create',
		'-q',
		'-f',
		image.format,
		...(options.length === 0 ? [] : ['-o', options.join(',')]),
		'--',
		image.path,
		String(image.virtualBytes),
	]);
}
