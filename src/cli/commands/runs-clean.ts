import {Command} from 'commander';
import {InputError, InterruptedError} from '../../errors.ts';
import {type ListedRun, whyKept} from '../../views/runs/model.ts';

type CleanOptions = {readonly olderThan: string; readonly yes?: true};

/** `vacate runs clean`: deletes the folders of runs that have ended. No host is reached. */
export function runsCleanCommand(): Command {
	return new Command('clean')
		.description('Delete old runs that have ended, after showing them and asking for approval. No host is reached.')
		.requiredOption('--older-than <age>', 'only runs whose last record is older than this, such as 365d')
		.option('-y, --yes', 'delete without asking for approval')
		.action(async ({olderThan, yes}: CleanOptions) => {
			if (yes !== true && !(process.stdin.isTTY && process.stdout.isTTY)) {
				const message = 'deleted runs cannot be restored, and vacate cannot ask for approval without a terminal';
				throw new InputError([{message, hint: 'add --yes'}]);
			}
			const [{listRuns}, {parseAge}, {cleanText}] = await Promise.all([
				import('../list-runs.ts'),
				import('../options/run-filter.ts'),
				import('../../views/runs/clean.ts'),
			]);
			const before = Date.now() - parseAge('--older-than', olderThan);
			const old = (await listRuns()).filter(({summary}) => summary === undefined || summary.lastRecord < before);
			const deleted = old.filter(run => whyKept(run) === undefined);
			process.stdout.write(`${cleanText(old, olderThan)}\n`);
			if (deleted.length > 0) await deleteAll(deleted, yes !== true);
		});
}

async function deleteAll(runs: readonly ListedRun[], asks: boolean): Promise<void> {
	const [{deleteRun}, {askYes}, {count}] = await Promise.all([
		import('../../store/delete-run.ts'),
		import('../terminal/prompt.ts'),
		import('../../views/plan/rows.ts'),
	]);
	if (asks && !(await askYes(`Delete ${count(runs.length, 'run', 'runs')}?`))) throw new InterruptedError();
	for (const {folder, run} of runs) await deleteRun(folder, run);
	process.stdout.write(`deleted ${count(runs.length, 'run', 'runs')}\n`);
}
