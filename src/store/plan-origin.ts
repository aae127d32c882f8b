import {readFile, writeFile} from 'node:fs/promises';
import {originFrom} from '../cli/origin.ts';
import type {Origin} from '../engine/ports.ts';
import {isMapping} from '../template/value.ts';
import {parseYaml} from '../yaml/document.ts';
import {unfoldedYamlText} from '../yaml/write.ts';

/** Who made a plan stands beside it, so that two people who plan the same make the same file. */
function fileFor(plan: string): string {
	return `${plan}.origin.yml`;
}

export async function writeOrigin(plan: string, seal: string, origin: Origin): Promise<void> {
	await writeFile(fileFor(plan), unfoldedYamlText({seal, ...origin}));
}

/** Who made a plan, by the file beside it; undefined where there is none for this plan. */
export async function readOrigin(plan: string, seal: string): Promise<Origin | undefined> {
	const text = await readFile(fileFor(plan), 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const {data} = parseYaml(fileFor(plan), text);
	return isMapping(data) && data.seal === seal ? originFrom(JSON.stringify(data)) : undefined;
}
