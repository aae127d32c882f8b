import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Bandwidth limit of the memory in MiB/s; disks that are being copied keep their initial rate. */
export const speed = {
	words: (uuid: string): readonly string[] => ['migrate-getspeed', '--domain', uuid],
	set: (host: string, uuid: string, mib: number): Command =>
		virsh(host, 'write', ['migrate-setspeed', '--domain', uuid, '--bandwidth', String(mib)]),
};

/** Bandwidth limit in post-copy. */
export const postcopySpeed = {
	words: (uuid: string): readonly string[] => [...speed.words(uuid), '--postcopy'],
	set(host: string, uuid: string, mib: number): Command {
		const {argv} = speed.set(host, uuid, mib);
		return {...speed.set(host, uuid, mib), argv: [...argv, '--postcopy']};
	},
};

/** Size of the XBZRLE cache in bytes, a power of two. virsh prints it only in the form `64.000 MiB`. */
export const compressionCache = {
	words: (uuid: string): readonly string[] => ['migrate-compcache', '--domain', uuid],
	set: (host: string, uuid: string, bytes: number): Command =>
		virsh(host, 'write', ['migrate-compcache', '--domain', uuid, '--size', String(bytes)]),
};

/** A single number; undefined for unexpected output. */
export function parseNumber(answer: string): number | undefined {
	return /^\d+$/.test(answer) ? Number(answer) : undefined;
}

/** In the format of virsh. */
export function compressionCacheText(bytes: number): string {
	return `Compression cache: ${(bytes / 1024 ** 2).toFixed(3)} MiB`;
}

/** `Compression cache: 64.000 MiB` in bytes; undefined for unexpected output. */
export function parseCompressionCache(answer: string): number | undefined {
	const [, amount, unit = ''] = /: *([0-9.]+) (B|KiB|MiB|GiB|TiB)$/.exec(answer) ?? [];
	if (amount === undefined) return undefined;
	return Math.round(Number(amount) * 1024 ** ['B', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
}
