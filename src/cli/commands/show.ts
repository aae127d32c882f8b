import {writeFile} from 'node:fs/promises';
import {Command, Option} from 'commander';
import type {Plan} from '../../plan/document/model.ts';
import type {PlanReview} from '../../views/plan/about.ts';
import {commandGroups} from '../command-groups.ts';

type ShowOptions = {readonly markdown?: true; readonly html?: true; readonly output?: string};

/** `vacate show PLAN`: prints a plan in readable form. */
export function showCommand(): Command {
	return new Command('show')
		.helpGroup(commandGroups.plans)
		.description('Show a plan: moves, schedule, commands, warnings and blockers.')
		.argument('<plan>')
		.addOption(new Option('--markdown', 'print Markdown, for a merge request').conflicts('html'))
		.option('--html', 'print a self-contained HTML page')
		.option('-o, --output <file>', 'write to FILE (default: standard output)')
		.action(async (file: string, options: ShowOptions) => {
			const {readAnyPlan} = await import('../../store/plan-file.ts');
			const read = await readAnyPlan(file);
			if (!read.isSealed)
				process.stderr.write(`${file} was changed after it was sealed; if that is intended: vacate seal ${file}\n`);
			const {editLines, editsText} = await import('../../views/plan/edits.ts');
			process.stderr.write(editsText(file, read));
			const {reviewOf} = await import('../plan-review.ts');
			const review = await reviewOf(read.plan, file);
			const {withoutSkipped} = await import('../../plan/document/left-out.ts');
			const text = await textOf(withoutSkipped(read.shown), editLines(file, read), review, options);
			if (options.output === undefined) process.stdout.write(text);
			else await writeFile(options.output, text);
		});
}

async function textOf(
	plan: Plan,
	edited: readonly string[],
	review: PlanReview,
	{markdown, html, output}: ShowOptions,
): Promise<string> {
	if (markdown) return (await import('../../views/plan/markdown.ts')).planMarkdown(plan, edited, review);
	if (html) return (await import('../../views/plan/html.ts')).planHtml(plan, edited, review);
	const [{planText}, {colours, noColours}] = await Promise.all([
		import('../../views/plan/text.ts'),
		import('../../views/palette.ts'),
	]);
	const coloured = output === undefined && process.stdout.isTTY && process.stdout.hasColors();
	return `${planText(plan, coloured ? colours : noColours, review)}\n`;
}
