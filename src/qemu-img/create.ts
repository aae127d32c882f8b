import {type Command, write} from '../shell/command.ts';

export type NewImage = {
	readonly path: string;
	readonly format: string;
	readonly virtualBytes: number;
	/** Options of the format, by qemu-img's names. */
	readonly options?: Readonly<Record<string, string>>;
	/** The backing file, which must exist, with the path to be stored in the new image. */
	readonly backing?: {readonly path: string; readonly format: string};
};

/** Creates an image. qemu-img silently truncates an existing file, so `path` is a mark: see `files/claim.ts`. */
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
	const words = Object.entries(options).map(([key, value]) => `${key}=${optionValue(value)}`);
	return words.length === 0 ? [] : ['-o', words.join(',')];
}

/** In QEMU's lists of options, a comma ends a value; a doubled comma is part of it. */
export function optionValue(text: string): string {
	return text.replaceAll(',', ',,');
}
