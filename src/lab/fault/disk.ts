import {readFile, statfs} from 'node:fs/promises';
import type {LabHost} from '../layout.ts';
import {imageBytes, imagesOf} from '../storage.ts';
import {tool, tryTool} from '../tool.ts';

/** While a process writes, a measured size may be too small a moment later. */
const attempts = 20;

/**
 * Shrinks the file system of a host's images to its current content plus `freeBytes`. No file is created for this.
 * Holes in a sparse image take no space: QEMU pauses a guest that fills one, as on any full disk.
 */
export async function fillDisk(host: LabHost, freeBytes: number): Promise<void> {
	for (let left = attempts; left > 0; left--) {
		const {bsize, blocks, bfree} = await statfs(imagesOf(host));
		if (await tryTool(resize(host, (blocks - bfree) * bsize + freeBytes))) return;
	}
	throw new Error(`cannot fill the disk of ${host.name}: its content keeps growing`);
}

export async function emptyDisk(host: LabHost): Promise<void> {
	await tool(resize(host, imageBytes));
}

function resize(host: LabHost, bytes: number): readonly [string, ...string[]] {
	return ['mount', '-o', `remount,size=${bytes}`, imagesOf(host)];
}

/** The free space of a disk that was shrunk; undefined for one of full size. */
export async function freeOnSmallDisk(host: LabHost): Promise<number | undefined> {
	const mounts = await readFile('/proc/self/mounts', 'utf8');
	const line = mounts.split('\n').find(text => text.split(' ')[1] === imagesOf(host));
	const kib = /[ ,]size=(\d+)k/.exec(line ?? '')?.[1];
	if (kib === undefined || Number(kib) * 1024 === imageBytes) return undefined;
	const {bsize, bfree} = await statfs(imagesOf(host));
	return bfree * bsize;
}
