import {existsSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type JournalReplay, replayJournal} from '../engine/recovery/replay.ts';
import {InputError, PrerequisiteError} from '../errors.ts';
import type {Plan} from '../plan/document/model.ts';
import {nearest} from '../spelling/nearest.ts';
import {isAlive} from '../store/control.ts';
import {readPlan} from '../store/plan-file.ts';
import {type JournalContent, readJournal, runsFolder} from '../store/read-journal.ts';
import {type ApprovedPlan, approve} from './approved-plan.ts';
import {type Invocation, playbookDigest} from './invocation.ts';

/** A run as its folder keeps it. */
export type SavedRun = {
	readonly run: string;
	readonly folder: string;
	readonly written: JournalContent;
	readonly replay: JournalReplay;
	readonly call: Invocation;
	/** The plan that it holds to, if it was made from one. */
	readonly plan: Plan | undefined;
	readonly ready: ApprovedPlan | undefined;
};

/**
 * Where a run is kept; `last` is the one that began last.
 *
 * @throws InputError when there is none.
 */
export async function folderOf(name: string): Promise<Pick<SavedRun, 'run' | 'folder'>> {
	const runs = (await readdir(runsFolder).catch(() => [])).sort();
	const run = name === 'last' ? runs.at(-1) : name;
	if (run === undefined || !runs.includes(run)) {
		const hint =
			runs.length === 0
				? `runs are kept in ${resolve(runsFolder)}`
				: (nearest(name, runs) ?? `the last one is ${runs.at(-1)}`);
		throw new InputError([{message: `there is no run ${name} here`, hint}]);
	}
	return {run, folder: join(runsFolder, run)};
}

/** Reads a run by its name. Throws as `folderOf`, and JournalError when it cannot be read. */
export async function findRun(name: string): Promise<SavedRun> {
	const {run, folder} = await folderOf(name);
	const written = await readJournal(folder);
	const known = replayJournal(written.lines);
	const file = join(folder, 'plan.yml');
	const plan = existsSync(file) ? await readPlan(file) : undefined;
	const ready = plan === undefined ? undefined : approve(plan, file);
	return {run, folder, written, replay: known, call: known.run.call as unknown as Invocation, plan, ready};
}

/** @throws PrerequisiteError for a run that lives: it goes on by itself. */
export async function mustBeDead({run, folder}: SavedRun): Promise<void> {
	if (await isAlive(folder))
		throw new PrerequisiteError(`${run} is still going on`, `end it first: vacate abort ${run}`);
}

/** @throws InputError when the playbook is no longer the one that was run. */
export async function mustBeUnchanged({run, call}: SavedRun): Promise<void> {
	if ((await playbookDigest(call.playbook)) === call.digest) return;
	const hint = `run ${call.playbook} anew: what is done already is found done`;
	throw new InputError([{message: `${call.playbook} has changed since ${run} began`, hint}]);
}
