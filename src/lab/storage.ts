import {join} from 'node:path';
import {imageFolder} from './guest-plan.ts';
import type {LabHost} from './layout.ts';
import {tool} from './tool.ts';

/** The size limit of a host's image folder; no memory is used until files are written. */
export const imageBytes = 4 * 1024 ** 3;

/** The folder of a host's images, as seen from this machine. */
export function imagesOf({root}: LabHost): string {
	return join(root, imageFolder);
}

/** Mounts a separate file system for a host's images, so that it can be full while the rest of the host is not. */
export async function mountImages(host: LabHost): Promise<void> {
	await tool(['mount', '-t', 'tmpfs', '-o', `size=${imageBytes}`, 'tmpfs', imagesOf(host)]);
}
