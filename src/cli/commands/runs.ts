import {Command, Option} from 'commander';
import {runOutcomes} from '../../views/runs/model.ts';
import {commandGroups} from '../command-groups.ts';
import {positive} from '../options/parsers.ts';
import type {RunFilter} from '../options/run-filter.ts';
import {runsCleanCommand} from './runs-clean.ts';

type RunsOptions = RunFilter & {readonly limit?: number; readonly json?: true};

/** `vacate runs`: lists the runs, by their journals. No host is reached. */
export function runsCommand(): Command {
	return new Command('runs')
		.helpGroup(commandGroups.runs)
		.enablePositionalOptions()
		.description('List runs, the most recent first; `vacate runs clean` deletes old ones. No host is reached.')
		.addCommand(runsCleanCommand())
		.option('--host <pattern>', 'only runs that evacuated or changed a host that matches the pattern')
		.option('--guest <pattern>', 'only runs with a guest that matches the pattern')
		.option('--operator <pattern>', 'only runs of an operator that matches the pattern, also as the user who ran sudo')
		.option('--ticket <pattern>', 'only runs with a ticket that matches the pattern')
		.addOption(new Option('--outcome <outcome>', 'only runs with this outcome').choices([...runOutcomes]))
		.option('--since <time>', 'only runs since a time such as 2026-11-30, or not older than 30d')
		.option('--limit <number>', 'at most this number of runs', positive)
		.option('--json', 'print JSON')
		.action(async ({limit, json, ...filter}: RunsOptions) => {
			const [{listRuns}, {filterRuns}, {runsData, runsText}] = await Promise.all([
				import('../list-runs.ts'),
				import('../options/run-filter.ts'),
				import('../../views/runs/text.ts'),
			]);
			const runs = filterRuns(await listRuns(), filter, Date.now()).slice(0, limit);
			process.stdout.write(`${json === true ? JSON.stringify(runsData(runs), undefined, 2) : runsText(runs)}\n`);
		});
}
