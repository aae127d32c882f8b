import {Command} from 'commander';
import {exitCodeOf} from '../../exit-code.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';

/** `vacate diff OLD NEW`: compares two plans. */
export function diffCommand(): Command {
	return new Command('diff')
		.helpGroup(commandGroups.plans)
		.description('Show the differences between two plans.')
		.argument('<old>')
		.argument('<new>')
		.option('--exit-code', 'exit with 1 when the plans differ')
		.action(async (old: string, now: string, {exitCode}: {readonly exitCode?: true}) => {
			const [{readAnyPlan}, {diffPlans}, {changesText}, {editsText}, {steps}] = await Promise.all([
				import('../../store/plan-file.ts'),
				import('../../plan/document/diff.ts'),
				import('../../views/plan/diff.ts'),
				import('../../views/plan/edits.ts'),
				import('../../steps/index.ts'),
			]);
			const [then, after] = await Promise.all([readAnyPlan(old), readAnyPlan(now)]);
			process.stderr.write(editsText(old, then) + editsText(now, after));
			const changes = diffPlans(then.shown, after.shown, steps);
			process.stdout.write(`${changesText(changes)}\n`);
			setExitCode(exitCodeOf({of: 'diff', differs: changes.length > 0, isAskedFor: exitCode === true}));
		});
}
