import {Command} from 'commander';
import {PrerequisiteError} from '../../errors.ts';
import {exitCodeOf} from '../../exit-code.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';

/** `vacate approvals PLAN`: the approvals of a plan, and whether the policy allows it. */
export function approvalsCommand(): Command {
	return new Command('approvals')
		.helpGroup(commandGroups.plans)
		.description('Show the approvals of a plan, whether each is valid, and what the policy still requires.')
		.argument('<plan>')
		.option('--ticket <ticket>', 'change ticket that the plan would be applied with')
		.option('--json', 'print JSON')
		.action(async (file: string, {ticket, json}: {readonly ticket?: string; readonly json?: true}) => {
			const [{readAnyPlan}, {readPolicy}, {situationOf}, {blockersOf, judge}, {originOf}, {approvalsText}] =
				await Promise.all([
					import('../../store/plan-file.ts'),
					import('../../store/policy-file.ts'),
					import('../gate.ts'),
					import('../../approval/verdict.ts'),
					import('../origin.ts'),
					import('../../views/approvals.ts'),
				]);
			const {plan, isSealed} = await readAnyPlan(file);
			if (!isSealed) throw new PrerequisiteError(`${file} was changed after it was sealed`, `vacate seal ${file}`);
			const {policy = {}, file: from} = (await readPolicy()) ?? {};
			const origin = originOf(ticket === undefined ? {} : {ticket});
			const situation = await situationOf(policy, {plan, file, origin});
			const approvals = judge(policy, situation);
			const blockers = blockersOf(policy, situation);
			const told = {policy: from ?? null, approvals, blockers};
			process.stdout.write(json === true ? `${JSON.stringify(told, undefined, 2)}\n` : `${approvalsText(told)}\n`);
			setExitCode(exitCodeOf({of: 'approvals', isApproved: blockers.length === 0}));
		});
}
