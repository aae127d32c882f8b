import type {JudgedApproval} from '../approval/verdict.ts';
import {tableText, visible} from './columns.ts';

/** Who has approved a plan, whether it counts, and what is still lacking. */
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
			? 'nobody has approved it'
			: tableText([['approver', 'at', 'ticket', 'until', 'counts', 'reason'], ...rows]),
		policy === null
			? 'there is no policy: no approval is required'
			: blockers.length === 0
				? `the policy ${visible(policy)} allows it`
				: [`the policy ${visible(policy)} does not allow it:`, ...blockers.map(one => `  ${visible(one)}`)].join('\n'),
	].join('\n\n');
}
