import {existsSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type JournalReplay, replayJournal} from '../engine/recovery/replay.ts';
import {InputError, PrerequisiteError} from '../errors.ts';
import type {Plan} from '../plan/document/model.ts';
import {nearest} from '../spelling/nearest.ts';
import {isAlive} from '../store/control.ts';
import type {JournalContent} from '../store/journal-text.ts';
import {readPlan} from '../store/plan-file.ts';
import {readJournal, runsFolder} from '../store/read-journal.ts';
import {demandOwnFolder} from '../store/run-folder.ts';
import {type ApprovedPlan, approve} from './approved-plan.ts';
import {type Invocation, playbookDigest} from './invocation.ts';

/** A run as it is stored in its folder. */
export type SavedRun = {
	readonly run: string;
	readonly folder: string;
	readonly written: JournalContent;
	readonly replay: JournalReplay;
	readonly call: Invocation;
	/** The plan of the run, if it has one. */
	readonly plan: Plan | undefined;
	readonly ready: ApprovedPlan | undefined;
};

/**
 * The folder of a run; `last` is the most recent one.
 *
 * @throws InputError if there is none.
 */
export async function folderOf(name: string): Promise<Pick<SavedRun, 'run' | 'folder'>> {
	const runs = (await readdir(runsFolder).catch(() => [])).sort();
	const run = name === 'last' ? runs.at(-1) : name;
	if (run === undefined || !runs.includes(run)) {
		const hint =
			runs.length === 0
				? `runs are stored in ${resolve(runsFolder)}`
				: (nearest(name, runs) ?? `the most recent run is ${runs.at(-1)}`);
		throw new InputError([{message: `run '${name}' not found`, hint}]);
	}
	const folder = join(runsFolder, run);
	for (const one of [runsFolder, folder]) await demandOwnFolder(one);
	return {run, folder};
}

/** Reads a run by its name. @throws as `folderOf`, and JournalError if the journal cannot be read. */
export async function findRun(name: string): Promise<SavedRun> {
	const {run, folder} = await folderOf(name);
	const written = await readJournal(folder);
	const known = replayJournal(written.lines);
	const file = join(folder, 'plan.yml');
	const plan = existsSync(file) ? await readPlan(file) : undefined;
	const ready = plan === undefined ? undefined : approve(plan, file);
	return {run, folder, written, replay: known, call: known.run.call as unknown as Invocation, plan, ready};
}

/** @throws PrerequisiteError if the run is still in progress. */
export async function mustBeDead({run, folder}: SavedRun): Promise<void> {
	if (await isAlive(folder))
		throw new PrerequisiteError(`${run} is still in progress`, `stop it first: vacate abort ${run}`);
}

/** @throws InputError if the playbook has changed. */
export async function mustBeUnchanged({run, call}: SavedRun): Promise<void> {
	if ((await playbookDigest(call.playbook)) === call.digest) return;
	const hint = `run ${call.playbook} again: work that is already done is skipped`;
	throw new InputError([{message: `${call.playbook} has changed since ${run} started`, hint}]);
}
