import {writeFile} from 'node:fs/promises';
import {Command, Option} from 'commander';
import type {RunReport} from '../../views/report/model.ts';
import {commandGroups} from '../command-groups.ts';

const formats = ['text', 'markdown', 'html', 'junit'] as const;

type Format = (typeof formats)[number];

/** `vacate report RUN`: what happened in a run, by its journal and its plan. No host is reached. */
export function reportCommand(): Command {
	return new Command('report')
		.helpGroup(commandGroups.runs)
		.description(
			'Report what happened in a run: who, why, planned and real times, pauses, failures. No host is reached.',
		)
		.argument('<run>', 'name of the run, or last')
		.addOption(new Option('--format <format>', 'format of the report').choices([...formats]).default('text'))
		.option('-o, --output <file>', 'write the report to FILE (default: standard output)')
		.action(async (name: string, {format, output}: {readonly format: Format; readonly output?: string}) => {
			const [{findRun}, {readProgress}, {runReport}] = await Promise.all([
				import('../saved-run.ts'),
				import('../../store/progress.ts'),
				import('../run-report.ts'),
			]);
			const {folder, written, replay, plan} = await findRun(name);
			const samples = await readProgress(folder);
			const text = await textOf(runReport({lines: written.lines, replay, plan, samples}), format);
			if (output === undefined) process.stdout.write(text);
			else await writeFile(output, text);
		});
}

async function textOf(report: RunReport, format: Format): Promise<string> {
	switch (format) {
		case 'text':
			return `${(await import('../../views/report/text.ts')).reportText(report)}\n`;
		case 'markdown':
			return (await import('../../views/report/markdown.ts')).reportMarkdown(report);
		case 'html':
			return (await import('../../views/report/html.ts')).reportHtml(report);
		case 'junit':
			return (await import('../../views/report/junit.ts')).reportJunit(report);
	}
}
