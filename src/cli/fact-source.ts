import {readFile} from 'node:fs/promises';
import type {FactSource} from '../engine/rehearse.ts';
import {InputError} from '../errors.ts';
import {Facts} from '../facts/facts.ts';
import {createGatherer} from '../facts/gather.ts';
import {recordedGatherer} from '../facts/snapshot.ts';
import {tellWaiting} from '../shell/tell-waiting.ts';
import {withoutRetries} from '../shell/without-retries.ts';
import {isMapping} from '../template/value.ts';
import {connect, stderrConsole} from './connect.ts';
import type {Access} from './options/access.ts';
import type {Selected} from './options/select-inputs.ts';

/** The format version of facts files. */
export const factsVersion = 1;

/** Opens the source of the facts for a plan: the hosts, or a facts file. */
export async function openFactSource(
	{inventory, given, playbook}: Pick<Selected, 'inventory' | 'given'> & Partial<Pick<Selected, 'playbook'>>,
	file: string | undefined,
	access: Access,
): Promise<FactSource> {
	if (file !== undefined) return {gatherer: recordedGatherer(await readFacts(file), file)};
	const sources = {inventory, given, ...(playbook === undefined ? {} : {playbook})};
	const hosts = connect(sources, access, stderrConsole);
	const shell = withoutRetries(tellWaiting(hosts, stderrConsole.tell));
	return {gatherer: createGatherer(shell), shell};
}

async function readFacts(file: string): Promise<Facts> {
	const text = await readFile(file, 'utf8');
	const data = parse(text);
	if (!isMapping(data) || data.vacate_facts !== factsVersion || !isMapping(data.facts)) {
		throw new InputError([
			{message: `${file} is not a facts file`, hint: `create one: vacate facts -i INVENTORY -o ${file}`},
		]);
	}
	return new Facts(Object.entries(data.facts));
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
