import {Command} from 'commander';

/** `vacate diff OLD NEW`: compares two plans. */
export function diffCommand(): Command {
	return new Command('diff')
		.description('Show the differences between two plans.')
		.argument('<old>')
		.argument('<new>')
		.action(async (old: string, now: string) => {
			const [{readAnyPlan}, {diffPlans}, {changesText}, {editsText}, {steps}] = await Promise.all([
				import('../../store/plan-file.ts'),
				import('../../plan/document/diff.ts'),
				import('../../views/plan/diff.ts'),
				import('../../views/plan/edits.ts'),
				import('../../steps/index.ts'),
			]);
			const [then, after] = await Promise.all([readAnyPlan(old), readAnyPlan(now)]);
			process.stderr.write(editsText(old, then) + editsText(now, after));
			process.stdout.write(`${changesText(diffPlans(then.shown, after.shown, steps))}\n`);
		});
}
