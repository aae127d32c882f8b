import {type Command, read} from '../shell/command.ts';
import {type JsonObject, objectIn} from './json.ts';
import {qcow2Options} from './qcow2-options.ts';

/** A disk image, from `qemu-img info --output=json`. */
export type ImageInfo = {
	readonly path: string;
	readonly format: string;
	/** The virtual size, which a copy must match. */
	readonly virtualBytes: number;
	/** The allocated size. */
	readonly actualBytes: number;
	readonly backingPath?: string;
	/** The path as stored in the image, which may be relative to the image's directory. */
	readonly backingName?: string;
	readonly encrypted?: true;
	/** The external data file. */
	readonly dataFile?: string;
	/** Contents other than guest-visible data: `internal snapshot before`, `bitmap backup-0`. */
	readonly contents?: readonly string[];
	/** Reported options that are not known, and that a copy therefore cannot share: `compat "2.0"`. */
	readonly unknownOptions?: readonly string[];
	/** The detected format of an image declared as raw. */
	readonly looksLike?: string;
	/** Properties that cannot be recreated by options alone: `encrypted`, `external data`. */
	readonly specialties: readonly string[];
	/** Options of the format that a copy should share, by qemu-img's names. */
	readonly options: Readonly<Record<string, string>>;
};

/**
 * An image and its backing chain. With `-U`, as a running guest holds the image's lock, and with the format given, as
 * qemu-img would guess that of a raw image from what the guest has written into it.
 */
export function info(host: string, path: string, format: string): Command {
	return read(host, ['qemu-img', 'info', '--output=json', '-U', '--backing-chain', '-f', format, '--', path]);
}

/** @throws Error when the text is not what qemu-img prints. */
export function parseInfo(stdout: string): readonly ImageInfo[] {
	const parsed: unknown = JSON.parse(stdout);
	if (!Array.isArray(parsed) || parsed.length === 0) throw new Error('qemu-img info reported no image');
	if (parsed.length > mostImages) throw new Error(`qemu-img info reported a chain of ${parsed.length} images`);
	return parsed.map(parseImage);
}

/** libvirt refuses a backing chain of more than 200 images. */
const mostImages = 200;

function parseImage(value: unknown): ImageInfo {
	const image = objectIn(value) ?? {};
	const virtualBytes = bytesIn(image['virtual-size']);
	if (virtualBytes === undefined) throw new Error('qemu-img info reported no virtual size');
	const {filename: path, format} = image;
	if (typeof path !== 'string') throw new Error('qemu-img info reported no file name');
	if (typeof format !== 'string' || !/^[\w-]{1,32}$/.test(format)) throw new Error('qemu-img info reported no format');
	const backingPath = image['full-backing-filename'];
	const backingName = image['backing-filename'];
	const data = objectIn(objectIn(image['format-specific'])?.data) ?? {};
	const dataFile = data['data-file'];
	const contents = contentsOf(image, data);
	const {options, unknown} =
		format === 'qcow2' ? qcow2Options(image['cluster-size'], data) : {options: {}, unknown: []};
	return {
		path,
		format,
		virtualBytes,
		actualBytes: bytesIn(image['actual-size']) ?? 0,
		...(typeof backingPath === 'string' ? {backingPath} : {}),
		...(typeof backingName === 'string' ? {backingName} : {}),
		...(image.encrypted === true || format === 'luks' ? {encrypted: true} : {}),
		...(typeof dataFile === 'string' ? {dataFile} : {}),
		...(contents.length === 0 ? {} : {contents}),
		...(unknown.length === 0 ? {} : {unknownOptions: unknown}),
		specialties: [
			...(image.encrypted === true ? ['encrypted'] : []),
			...(dataFile === undefined ? [] : ['external data']),
			...unknown.map(option => `unknown option ${option}`),
		],
		options,
	};
}

function bytesIn(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function contentsOf(image: JsonObject, data: JsonObject): readonly string[] {
	return [
		...namesIn(image.snapshots).map(name => `internal snapshot ${name}`),
		...namesIn(data.bitmaps).map(name => `bitmap ${name}`),
	];
}

function namesIn(list: unknown): readonly string[] {
	if (!Array.isArray(list)) return [];
	return list.map(item => {
		const name = objectIn(item)?.name;
		return typeof name === 'string' ? name : '';
	});
}
