import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type Replay, replay} from '../engine/replay.ts';
import {InputError, PrerequisiteError} from '../errors.ts';
import {readJournal, runsFolder, type Written} from '../journal/read.ts';
import {nearest} from '../spelling/nearest.ts';
import {isAlive} from './control.ts';
import type {InventoryChoice} from './inventory-options.ts';
import type {SelectOptions} from './select.ts';

/** How a run was called. Values from `-e` are not kept, as they may be secrets: only the files, and the names. */
export type Call = {
	readonly playbook: string;
	/** Of the playbook's text: a changed playbook is another run. */
	readonly digest: string;
	readonly inventory: readonly string[];
	readonly extraVars: number;
	readonly forks: number;
	readonly select: SelectOptions;
	readonly vault: Pick<InventoryChoice, 'vaultPasswordFile' | 'vaultId' | 'askVaultPass'>;
};

/** A run as its folder keeps it. */
export type SavedRun = {
	readonly run: string;
	readonly folder: string;
	readonly written: Written;
	readonly replay: Replay;
	readonly call: Call;
};

/** Finds a run by its name; `last` is the one that began last. Throws InputError when there is none. */
export async function findRun(name: string): Promise<SavedRun> {
	const runs = (await readdir(runsFolder).catch(() => [])).sort();
	const run = name === 'last' ? runs.at(-1) : name;
	if (run === undefined || !runs.includes(run)) {
		const hint =
			runs.length === 0
				? `runs are kept in ${resolve(runsFolder)}`
				: (nearest(name, runs) ?? `the last one is ${runs.at(-1)}`);
		throw new InputError([{message: `there is no run ${name} here`, hint}]);
	}
	const folder = join(runsFolder, run);
	const written = await readJournal(folder);
	const known = replay(written.lines);
	return {run, folder, written, replay: known, call: known.run.call as unknown as Call};
}

/** @throws PrerequisiteError for a run that lives: it goes on by itself. */
export async function mustBeDead({run, folder}: SavedRun): Promise<void> {
	if (await isAlive(folder))
		throw new PrerequisiteError(`${run} is still going on`, `end it first: vacate abort ${run}`);
}

/** @throws InputError when the playbook is no longer the one that was run. */
export async function mustBeUnchanged({run, call}: SavedRun): Promise<void> {
	if ((await digestOf(call.playbook)) === call.digest) return;
	const hint = `run ${call.playbook} anew: what is done already is found done`;
	throw new InputError([{message: `${call.playbook} has changed since ${run} began`, hint}]);
}

/** A digest of a playbook's text. */
export async function digestOf(playbook: string): Promise<string> {
	const text = await readFile(playbook).catch(() => '');
	return createHash('sha256').update(text).digest('hex');
}
