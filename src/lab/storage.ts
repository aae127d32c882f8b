import {join} from 'node:path';
import {imageFolder} from './guest-plan.ts';
import type {LabHost} from './layout.ts';
import {tool} from './tool.ts';

/** How much the images of a host may take: a limit, of which nothing is used until it is written. */
export const imageBytes = 4 * 1024 ** 3;

/** The folder of a host’s images, as this machine sees it. */
export function imagesOf({root}: LabHost): string {
	return join(root, imageFolder);
}

/** Gives a host a file system for its images, so that they can be full while the host’s other files are not. */
export async function mountImages(host: LabHost): Promise<void> {
	await tool(['mount', '-t', 'tmpfs', '-o', `size=${imageBytes}`, 'tmpfs', imagesOf(host)]);
}
