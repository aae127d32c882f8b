import {judge} from '../approval/verdict.ts';
import type {SealedPlan} from '../plan/document/model.ts';
import {readOrigin} from '../store/plan-origin.ts';
import {readPolicy} from '../store/policy-file.ts';
import type {PlanReview} from '../views/plan/about.ts';
import {signedSituation} from './gate.ts';
import {originOf} from './origin.ts';

/** Who made a plan and who approved it, from the files next to it. No program of the policy is run. */
export async function reviewOf(plan: SealedPlan, file: string): Promise<PlanReview> {
	const origin = await readOrigin(file, plan.seal);
	const read = await readPolicy();
	const {ticket} = origin ?? {};
	const applier = originOf(ticket === undefined ? {} : {ticket});
	const policy = read?.policy ?? {};
	return {
		origin,
		approvals: judge(policy, await signedSituation(policy, {plan, file, origin: applier})),
		...(read === undefined ? {} : {required: policy.approvals ?? 0}),
	};
}
