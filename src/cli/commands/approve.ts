import {Command} from 'commander';
import {InputError, InterruptedError, PrerequisiteError} from '../../errors.ts';
import {commandGroups} from '../command-groups.ts';

type ApproveOptions = {
	readonly key?: string;
	readonly ticket?: string;
	readonly reason?: string;
	readonly notBefore?: string;
	readonly until?: string;
	readonly yes?: true;
};

/** `vacate approve PLAN`: signs the approval of a plan. */
export function approveCommand(): Command {
	return new Command('approve')
		.helpGroup(commandGroups.plans)
		.description('Approve a plan: sign its seal with an SSH key. The signature is stored next to the plan.')
		.argument('<plan>')
		.option(
			'--key <file>',
			'private key, public key of a key in the agent, or certificate (default: first key of the agent)',
		)
		.option('--ticket <ticket>', 'change ticket that requests the plan')
		.option('--reason <text>', 'reason for the approval')
		.option('--not-before <time>', 'start of the validity of the approval, such as 2026-12-01T22:00+01:00')
		.option('--until <time>', 'end of the validity of the approval')
		.option('-y, --yes', 'sign without asking for confirmation')
		.action(async (file: string, options: ApproveOptions) => {
			const [{readPlanToApply}, {statementText}, {sshKeygen}, {writeApproval}, {planSummaryText}] = await Promise.all([
				import('../../store/plan-file.ts'),
				import('../../approval/statement.ts'),
				import('../../approval/ssh-keygen.ts'),
				import('../../store/approval-files.ts'),
				import('../../views/plan/text.ts'),
			]);
			const {plan, shown} = await readPlanToApply(file);
			const {ticket, reason, notBefore, until} = options;
			const statement = statementText({
				vacate_approval: 1,
				seal: plan.seal,
				at: utc(new Date()),
				...(ticket === undefined ? {} : {ticket}),
				...(reason === undefined ? {} : {reason}),
				...(notBefore === undefined ? {} : {not_before: timeOf(notBefore, '--not-before')}),
				...(until === undefined ? {} : {until: timeOf(until, '--until')}),
			});
			process.stdout.write(`${planSummaryText(shown)}\n\n`);
			await confirm(options);
			const written = await writeApproval(file, statement, await sshKeygen.sign(statement, options.key));
			process.stdout.write(`approved: ${written}\n  next: vacate approvals ${file}\n`);
		});
}

async function confirm({yes}: ApproveOptions): Promise<void> {
	if (yes === true) return;
	if (!process.stdin.isTTY)
		throw new PrerequisiteError(
			'cannot ask for confirmation without a terminal',
			'run vacate on a terminal, or add --yes',
		);
	const {askYes} = await import('../terminal/prompt.ts');
	if (!(await askYes('Approve this plan?'))) throw new InterruptedError();
}

function timeOf(text: string, option: string): string {
	const time = new Date(text);
	if (Number.isNaN(time.getTime())) {
		throw new InputError([{message: `${option}: ${text} is not a time`, hint: 'write it as 2026-12-01T22:00+01:00'}]);
	}
	return utc(time);
}

function utc(time: Date): string {
	return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
