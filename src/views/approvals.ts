import type {JudgedApproval} from '../approval/verdict.ts';
import {tableText, visible} from './columns.ts';

/** The approvals of a plan, whether each is valid, and what the policy still requires. */
export function approvalsText({
	policy,
	approvals,
	blockers,
}: {
	readonly policy: string | null;
	readonly approvals: readonly JudgedApproval[];
	readonly blockers: readonly string[];
}): string {
	const rows = approvals.map(({statement, signer, why}) =>
		[
			signer ?? 'unknown',
			statement?.at ?? '',
			statement?.ticket ?? '',
			statement?.until ?? '',
			why ?? 'valid',
			statement?.reason ?? '',
		].map(visible),
	);
	return [
		rows.length === 0
			? 'no approvals'
			: tableText([['approver', 'at', 'ticket', 'until', 'status', 'reason'], ...rows]),
		policy === null
			? 'no policy is configured: no approval is required'
			: blockers.length === 0
				? `policy ${visible(policy)} allows this plan`
				: [`policy ${visible(policy)} does not allow this plan:`, ...blockers.map(one => `  ${visible(one)}`)].join(
						'\n',
					),
	].join('\n\n');
}
