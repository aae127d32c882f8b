import {Command} from 'commander';
import {InputError, InterruptedError, PrerequisiteError} from '../../errors.ts';

type ApproveOptions = {
	readonly key?: string;
	readonly ticket?: string;
	readonly reason?: string;
	readonly notBefore?: string;
	readonly until?: string;
	readonly yes?: true;
};

/** `vacate approve PLAN`: signs that a plan may be carried out. */
export function approveCommand(): Command {
	return new Command('approve')
		.description('Approve a plan: sign its seal with an SSH key. The signature lies beside the plan.')
		.argument('<plan>')
		.option(
			'--key <file>',
			'a private key, a public key whose private half the agent has, or a certificate (default: the agent’s first key)',
		)
		.option('--ticket <ticket>', 'the change ticket that asks for it')
		.option('--reason <text>', 'why it is approved')
		.option('--not-before <time>', 'the approval is not valid before: 2026-12-01T22:00+01:00')
		.option('--until <time>', 'the approval is not valid after')
		.option('-y, --yes', 'do not ask before it is signed')
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
	if (!process.stdin.isTTY) throw new PrerequisiteError('nobody can be asked', 'run it on a terminal, or say --yes');
	const {askYes} = await import('../terminal/prompt.ts');
	if (!(await askYes('Approve it?'))) throw new InterruptedError();
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
