import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** MiB a second, at most, of the memory; disks that are being copied keep the rate that they began with. */
export const speed = {
	words: (uuid: string): readonly string[] => ['migrate-getspeed', '--domain', uuid],
	set: (host: string, uuid: string, mib: number): Command =>
		virsh(host, 'write', ['migrate-setspeed', '--domain', uuid, '--bandwidth', String(mib)]),
};

/** The same while a guest moves by post-copy. */
export const postcopySpeed = {
	words: (uuid: string): readonly string[] => [...speed.words(uuid), '--postcopy'],
	set(host: string, uuid: string, mib: number): Command {
		const {argv} = speed.set(host, uuid, mib);
		return {...speed.set(host, uuid, mib), argv: [...argv, '--postcopy']};
	},
};

/** Bytes, a power of two, for pages that are sent again (XBZRLE). virsh gives it for people only: `64.000 MiB`. */
export const compressionCache = {
	words: (uuid: string): readonly string[] => ['migrate-compcache', '--domain', uuid],
	set: (host: string, uuid: string, bytes: number): Command =>
		virsh(host, 'write', ['migrate-compcache', '--domain', uuid, '--size', String(bytes)]),
};

/** A number that stands alone; undefined for an answer that is none. */
export function parseNumber(answer: string): number | undefined {
	return /^\d+$/.test(answer) ? Number(answer) : undefined;
}

/** As virsh says it. */
export function compressionCacheText(bytes: number): string {
	return `Compression cache: ${(bytes / 1024 ** 2).toFixed(3)} MiB`;
}

/** `Compression cache: 64.000 MiB` in bytes; undefined for an answer that is none. */
export function parseCompressionCache(answer: string): number | undefined {
	const [, amount, unit = ''] = /: *([0-9.]+) (B|KiB|MiB|GiB|TiB)$/.exec(answer) ?? [];
	if (amount === undefined) return undefined;
	return Math.round(Number(amount) * 1024 ** ['B', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
}
