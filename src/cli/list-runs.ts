import {isAlive} from '../store/control.ts';
import {type IndexedRun, indexRuns} from '../store/run-index.ts';
import {type ListedRun, type RunSummary, runOutcome} from '../views/runs/model.ts';

/** The version of `RunSummary` in the index: raise it when a summary changes. */
const format = 1;

/** All runs in the folder of runs, the most recent first. @throws as `indexRuns`. */
export async function listRuns(): Promise<readonly ListedRun[]> {
	const indexed = await indexRuns<RunSummary>(format, async ({lines}) => {
		// Loaded only if a journal has changed: it needs all steps.
		const {runSummary} = await import('./run-summary.ts');
		return runSummary(lines);
	});
	return Promise.all(indexed.map(listed));
}

async function listed({run, folder, ...found}: IndexedRun<RunSummary>): Promise<ListedRun> {
	if ('problem' in found) return {run, folder, outcome: 'unreadable', problem: found.problem};
	const {summary} = found;
	const alive = summary.exitCode === undefined && (await isAlive(folder));
	return {run, folder, outcome: runOutcome(summary, alive), summary};
}
