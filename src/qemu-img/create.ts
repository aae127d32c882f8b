import {type Command, write} from '../shell/command.ts';

export type NewImage = {
	readonly path: string;
	readonly format: string;
	readonly virtualBytes: number;
	/** Options of the format, by qemu-img's names. */
	readonly options?: Readonly<Record<string, string>>;
	/** The image below it, which must be there. Its path as it shall stand in the new one. */
	readonly backing?: {readonly path: string; readonly format: string};
};

/** Makes an image. qemu-img empties an existing file without a word, so `path` must be a name that nobody else uses. */
export function create(host: string, image: NewImage): Command {
	const options = Object.entries(image.options ?? {}).map(([key, value]) => `${key}=${value}`);
	const below = image.backing === undefined ? [] : ['-b', image.backing.path, '-F', image.backing.format];
	return write(host, [
		'qemu-img',
		'create',
		'-q',
		'-f',
		image.format,
		...below,
		...(options.length === 0 ? [] : ['-o', options.join(',')]),
		'--',
		image.path,
		String(image.virtualBytes),
	]);
}
