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
	const {path, format, virtualBytes} = image;
	return write(host, [
		'qemu-img',
		'create',
		'-q',
		'-f',
		format,
		...formatWords(image),
		'--',
		path,
		String(virtualBytes),
	]);
}

/** The options of the new image’s format. */
export function formatWords({options = {}}: NewImage): readonly string[] {
	const words = Object.entries(options).map(([key, value]) => `${key}=${value}`);
	return words.length === 0 ? [] : ['-o', words.join(',')];
}
