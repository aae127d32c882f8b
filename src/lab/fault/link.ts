import type {LabHost} from '../layout.ts';
import {tool} from '../tool.ts';

/** Unplugs a host from the bridge: no packets get through, and its link is down. */
export async function cutLink({cable}: LabHost): Promise<void> {
	await tool(['ip', 'link', 'set', cable, 'down']);
}

export async function restoreLink({cable}: LabHost): Promise<void> {
	await tool(['ip', 'link', 'set', cable, 'up']);
}

export async function isLinkCut({cable}: LabHost): Promise<boolean> {
	const [link] = JSON.parse(await tool(['ip', '-j', 'link', 'show', cable])) as readonly {readonly flags: string[]}[];
	return link?.flags.includes('UP') === false;
}
