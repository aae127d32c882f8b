import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {masked, showsSecret} from '../shell/mask.ts';
import type {EvidencePart} from './evidence.ts';
import {definitionsIn} from './run-definitions.ts';

/** The files of a run that are evidence, in their order; those that it does not have are left out. */
export async function readEvidenceParts(folder: string): Promise<readonly EvidencePart[]> {
	const approvals = (await readdir(join(folder, 'approvals')).catch(() => [])).sort();
	const names = [
		'plan.yml',
		'plan.origin.yml',
		...approvals.map(name => `approvals/${name}`),
		'journal.jsonl',
		'commands.jsonl',
		'progress.jsonl',
	];
	const parts = (await Promise.all(names.map(name => readPart(folder, name)))).flat();
	const commands = parts.find(({part}) => part === 'commands.jsonl');
	return commands === undefined ? parts : [...parts, ...definitionsIn(commands)];
}

async function readPart(folder: string, part: string): Promise<readonly EvidencePart[]> {
	const text = await readFile(join(folder, part), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
	if (text === undefined) return [];
	return [showsSecret(text) ? {part, text: masked(text), masked: true} : {part, text}];
}
