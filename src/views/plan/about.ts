import type {JudgedApproval} from '../../approval/verdict.ts';
import type {Origin} from '../../engine/ports.ts';
import type {Plan} from '../../plan/document/model.ts';
import {originText} from '../origin.ts';

/** What is stored next to a plan, and what the policy of this machine makes of it. */
export type PlanReview = {
	/** Who made the plan; undefined if this was not recorded. */
	readonly origin?: Origin | undefined;
	readonly approvals: readonly JudgedApproval[];
	/** The number of approvals that the policy requires; undefined without a policy. */
	readonly required?: number;
};

/** Of a plan about which nothing else is known. */
export const noReview: PlanReview = {approvals: []};

/** Who made a plan, when, why and from what, when its moves may begin, and who approved it. */
export function aboutTexts(
	{made_from: made, choices}: Plan,
	{origin, approvals, required}: PlanReview,
): readonly string[] {
	const windows = choices.flatMap(({warnings}) => warnings.filter(({about}) => about === 'window'));
	const sources = [
		`inventory: ${made.inventories.length === 0 ? 'none' : made.inventories.join(', ')}`,
		...(made.limit === undefined ? [] : [`limit: ${made.limit}`]),
	];
	return [
		...(origin === undefined ? [] : [`made by ${originText(origin)}`]),
		sources.join('; '),
		...new Set(windows.map(({text}) => `window: ${text}`)),
		...approvalTexts(approvals, required),
	];
}

function approvalTexts(approvals: readonly JudgedApproval[], required: number | undefined): readonly string[] {
	const valid = new Set(approvals.flatMap(({why, signer}) => (why === undefined ? (signer ?? []) : [])));
	const needed = required === undefined ? [] : [`approvals: ${valid.size} of ${required} required`];
	return [...needed, ...approvals.map(approvalText)];
}

/** `approved by bert at 2026-11-30T18:00:00Z, ticket CHG1, until 2026-12-01T04:00:00Z`. */
function approvalText({statement, signer, why}: JudgedApproval): string {
	const {at, ticket, not_before: from, until, reason} = statement ?? {};
	const details = [
		...(at === undefined ? [] : [`at ${at}`]),
		...(ticket === undefined ? [] : [`ticket ${ticket}`]),
		...(from === undefined ? [] : [`not before ${from}`]),
		...(until === undefined ? [] : [`until ${until}`]),
		...(reason === undefined ? [] : [reason]),
	].join(', ');
	if (why === undefined) return `approved by ${signer ?? 'unknown'} ${details}`;
	return `approval not valid: ${why}${details === '' ? '' : ` (${details})`}`;
}
