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
	const {path, format, virtualBytes, backing} = image;
	const below = backing === undefined ? [] : ['-b', backing.path, '-F', backing.format];
	return write(host, [
		'qemu-img',
		'create',
		'-q',
		'-f',
		format,
		...below,
		...formatArgs(image),
		'--',
		path,
		String(virtualBytes),
	]);
}

/** The options of the new image’s format. */
export function formatArgs({options = {}}: NewImage): readonly string[] {
	const words = Object.entries(options).map(([key, value]) => `${key}=${value}`);
	return words.length === 0 ? [] : ['-o', words.join(',')];
}
