import {type Command, read} from '../shell/command.ts';

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
	return parsed.map(parseImage);
}

type RawImage = {
	readonly filename?: unknown;
	readonly format?: unknown;
	readonly 'virtual-size'?: unknown;
	readonly 'actual-size'?: unknown;
	readonly 'full-backing-filename'?: unknown;
	readonly 'backing-filename'?: unknown;
	readonly encrypted?: unknown;
	readonly 'cluster-size'?: unknown;
	readonly snapshots?: unknown;
	readonly 'format-specific'?: {readonly data?: Readonly<Record<string, unknown>>};
};

function parseImage(image: RawImage): ImageInfo {
	const virtualBytes = image['virtual-size'];
	if (typeof virtualBytes !== 'number') throw new Error('qemu-img info reported no virtual size');
	const backingPath = image['full-backing-filename'];
	const backingName = image['backing-filename'];
	const dataFile = image['format-specific']?.data?.['data-file'];
	const contents = contentsOf(image);
	return {
		path: String(image.filename),
		format: String(image.format),
		virtualBytes,
		actualBytes: Number(image['actual-size'] ?? 0),
		...(typeof backingPath === 'string' ? {backingPath} : {}),
		...(typeof backingName === 'string' ? {backingName} : {}),
		...(image.encrypted === true || image.format === 'luks' ? {encrypted: true} : {}),
		...(typeof dataFile === 'string' ? {dataFile} : {}),
		...(contents.length === 0 ? {} : {contents}),
		specialties: [
			...(image.encrypted === true ? ['encrypted'] : []),
			...(image['format-specific']?.data?.['data-file'] === undefined ? [] : ['external data']),
		],
		options: image.format === 'qcow2' ? qcow2Options(image) : {},
	};
}

function contentsOf(image: RawImage): readonly string[] {
	return [
		...namesIn(image.snapshots).map(name => `internal snapshot ${name}`),
		...namesIn(image['format-specific']?.data?.bitmaps).map(name => `bitmap ${name}`),
	];
}

function namesIn(list: unknown): readonly string[] {
	if (!Array.isArray(list)) return [];
	return list.map((item: {readonly name?: unknown}) => String(item.name ?? ''));
}

/** All options are given explicitly, because the defaults of qemu-img change between versions. */
function qcow2Options(image: RawImage): Readonly<Record<string, string>> {
	const data = image['format-specific']?.data ?? {};
	const options: Record<string, string> = {};
	if (image['cluster-size'] !== undefined) options.cluster_size = String(image['cluster-size']);
	if (data.compat !== undefined) options.compat = String(data.compat);
	if (data.compat === '0.10') return options;
	if (data['lazy-refcounts'] === true) options.lazy_refcounts = 'on';
	if (data['refcount-bits'] !== undefined) options.refcount_bits = String(data['refcount-bits']);
	if (data['extended-l2'] === true) options.extended_l2 = 'on';
	if (data['compression-type'] !== undefined) options.compression_type = String(data['compression-type']);
	return options;
}
