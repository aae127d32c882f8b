import type {ApprovalPolicy} from './policy.ts';
import {type Statement, whyInvalid} from './statement.ts';

/** A signed statement, as far as it could be checked. */
export type Approval = {
	readonly statement: Statement | undefined;
	/** Whose signature it is, by the allowed signers; undefined with why not. */
	readonly signer: string | undefined;
	readonly fault?: string;
};

export type JudgedApproval = Approval & {readonly why: string | undefined};

/** The identity of a person: the login, and the user who ran sudo. */
export type PersonNames = {readonly operator: string; readonly sudo_user?: string};

export type Situation = {
	readonly seal: string;
	readonly planner: PersonNames | undefined;
	readonly applier: PersonNames;
	readonly ticket: string | undefined;
	readonly now: Date;
	readonly approvals: readonly Approval[];
	/** Events in which it is now; undefined where the policy names no calendar. */
	readonly frozen?: readonly string[];
	readonly allowed?: readonly string[];
	/** Why programs of the policy refuse the plan. */
	readonly refusals: readonly string[];
};

/** The approvals, each with why it does not count. */
export function judge(policy: ApprovalPolicy, situation: Situation): readonly JudgedApproval[] {
	return situation.approvals.map(approval => ({...approval, why: whyNot(approval, policy, situation)}));
}

function whyNot(
	{statement, signer, fault}: Approval,
	policy: ApprovalPolicy,
	situation: Situation,
): string | undefined {
	if (statement === undefined) return 'this is not an approval';
	const invalid = whyInvalid(statement, situation.seal, situation.now);
	if (invalid !== undefined) return invalid;
	if (signer === undefined) return fault ?? 'unknown signer';
	const {ticket = situation.ticket} = statement;
	if (!matches(policy.ticket, ticket)) return 'its ticket does not match the policy';
	if (ticket !== undefined && situation.ticket !== undefined && ticket !== situation.ticket) {
		return `the approval is for ticket ${ticket}, not ${situation.ticket}`;
	}
	for (const role of policy.not_by ?? []) {
		const person = situation[role];
		if (person !== undefined && isBy(signer, person)) return `${signer} is the ${role} of the plan`;
	}
	return undefined;
}

/** A principal is a login, with or without a domain. */
function isBy(principal: string, {operator, sudo_user: sudo}: PersonNames): boolean {
	const [name = ''] = principal.split('@');
	// Root by sudo is identified by the original user.
	const login = sudo ?? operator;
	return principal === login || name === login;
}

/** Why a plan must not be applied now; empty if it may. */
export function blockersOf(policy: ApprovalPolicy, situation: Situation): readonly string[] {
	const {approvals: needed = 0, not_by: notBy = []} = policy;
	const counting = judge(policy, situation).filter(({why}) => why === undefined);
	const signers = [...new Set(counting.map(({signer}) => signer))];
	const tickets = [situation.ticket, ...counting.map(({statement}) => statement?.ticket)];
	return [
		...(signers.length < needed ? [`the plan has ${signers.length} of ${needed} approvals`] : []),
		...(needed > 0 && notBy.includes('planner') && situation.planner === undefined
			? ['the planner is unknown: PLAN.origin.yml is missing or belongs to another plan']
			: []),
		...(tickets.some(ticket => matches(policy.ticket, ticket)) ? [] : [`no ticket matches ${policy.ticket}: --ticket`]),
		...(situation.frozen ?? []).map(event => `changes are frozen now: ${event}`),
		...(situation.allowed?.length === 0 ? ['no calendar window is open now'] : []),
		...situation.refusals,
	];
}

function matches(pattern: string | undefined, ticket: string | undefined): boolean {
	if (pattern === undefined) return true;
	return ticket !== undefined && new RegExp(`^(?:${pattern})$`, 'u').test(ticket);
}
