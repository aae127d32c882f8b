import {readFile, writeFile} from 'node:fs/promises';
import type {Origin} from '../engine/ports.ts';
import {isMapping} from '../template/value.ts';
import {parseYaml} from '../yaml/document.ts';
import {unfoldedYamlText} from '../yaml/write.ts';

/** The planner is stored next to the plan, so that the plan file does not depend on who made it. */
export function fileFor(plan: string): string {
	return `${plan}.origin.yml`;
}

export async function writeOrigin(plan: string, seal: string, origin: Origin): Promise<void> {
	await writeFile(fileFor(plan), unfoldedYamlText({seal, ...origin}));
}

/** The planner, from the file next to the plan; undefined if there is none for this plan. */
export async function readOrigin(plan: string, seal: string): Promise<Origin | undefined> {
	const text = await readFile(fileFor(plan), 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const {data} = parseYaml(fileFor(plan), text);
	return isMapping(data) && data.seal === seal ? originFrom(JSON.stringify(data)) : undefined;
}

/** The origin in a stop request; undefined if it contains none. */
export function originFrom(text: string): Origin | undefined {
	try {
		const {operator, controller, at, ...rest} = JSON.parse(text) as Partial<Record<string, unknown>>;
		if (typeof operator !== 'string' || typeof controller !== 'string' || typeof at !== 'string') return undefined;
		const others = Object.entries(rest).filter(([name, value]) => optional.has(name) && typeof value === 'string');
		return {operator, controller, at, ...Object.fromEntries(others)};
	} catch {
		return undefined;
	}
}

const optional: ReadonlySet<string> = new Set(['sudo_user', 'ticket', 'reason']);
