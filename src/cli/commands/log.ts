import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';

/** `vacate log RUN`: the output of a run, as it was seen, with times of day. No host is reached. */
export function logCommand(): Command {
	return new Command('log')
		.helpGroup(commandGroups.runs)
		.description('Print the output of a run as it was seen, each line with its time (UTC). No host is reached.')
		.argument('<run>', 'name of the run, or last')
		.action(async (name: string) => {
			const [{folderOf}, {readJournal}, {readLog}, {readProgress}, {logText}] = await Promise.all([
				import('../saved-run.ts'),
				import('../../store/read-journal.ts'),
				import('../../store/run-log.ts'),
				import('../../store/progress.ts'),
				import('../../views/log.ts'),
			]);
			const {folder} = await folderOf(name);
			const {lines} = await readJournal(folder);
			const [events, samples] = await Promise.all([readLog(folder), readProgress(folder)]);
			process.stdout.write(`${logText({records: lines, events, samples})}\n`);
		});
}
