/**
 * The options with which a copy of a qcow2 image is created. They are read at one host and used at another, so that only
 * known values of known options are taken over: an option such as `data_file` names a file that is overwritten.
 */
import type {JsonObject} from './json.ts';

export type Qcow2Options = {
	readonly options: Readonly<Record<string, string>>;
	/** Reported values that no qcow2 image has: `compat "2.0"`. */
	readonly unknown: readonly string[];
};

type Known = {readonly option: string; readonly values: RegExp};

/** Powers of two from 512 bytes to 2 MiB. */
const clusterSize: Known = {
	option: 'cluster_size',
	values: /^(?:512|1024|2048|4096|8192|16384|32768|65536|131072|262144|524288|1048576|2097152)$/,
};
const compat: Known = {option: 'compat', values: /^(?:0\.10|1\.1)$/};
const refcountBits: Known = {option: 'refcount_bits', values: /^(?:1|2|4|8|16|32|64)$/};
const compressionType: Known = {option: 'compression_type', values: /^(?:zlib|zstd)$/};

/** All options are given explicitly, because the defaults of qemu-img change between versions. */
export function qcow2Options(clusterBytes: unknown, data: JsonObject): Qcow2Options {
	const common = [taken(clusterSize, clusterBytes), taken(compat, data.compat)];
	const all =
		data.compat === '0.10'
			? common
			: [
					...common,
					flag('lazy_refcounts', data['lazy-refcounts']),
					taken(refcountBits, data['refcount-bits']),
					flag('extended_l2', data['extended-l2']),
					taken(compressionType, data['compression-type']),
				];
	return {
		options: Object.assign({}, ...all.map(({options}) => options)),
		unknown: all.flatMap(({unknown}) => unknown),
	};
}

const nothing: Qcow2Options = {options: {}, unknown: []};

function taken({option, values}: Known, value: unknown): Qcow2Options {
	if (value === undefined) return nothing;
	const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	if (values.test(text)) return {options: {[option]: text}, unknown: []};
	return {options: {}, unknown: [`${option} ${JSON.stringify(value).slice(0, 100)}`]};
}

function flag(option: string, value: unknown): Qcow2Options {
	return value === true ? {options: {[option]: 'on'}, unknown: []} : nothing;
}
