import type {Origin} from '../engine/ports.ts';
import type {FactSource} from '../engine/rehearse.ts';
import {InterruptedError, PrerequisiteError} from '../errors.ts';
import {Decisions} from '../plan/document/decisions.ts';
import {heldTo} from '../plan/document/held.ts';
import type {Plan} from '../plan/document/model.ts';
import {type PlanFile, planFileText, refuseEdits, sealedPlan} from '../store/plan-file.ts';
import type {ReadPolicy} from '../store/policy-file.ts';
import {planSummaryText} from '../views/plan/text.ts';
import type {View} from '../views/view.ts';
import {demandApproval} from './gate.ts';
import {markOf, planFor} from './make-plan.ts';
import type {Selected} from './options/select-inputs.ts';
import type {PlanInputs} from './plan-inputs.ts';
import {askYes} from './terminal/prompt.ts';
import type {Signals} from './terminal/signals.ts';

/** A plan that may be applied. */
export type ApprovedPlan = {
	readonly decisions: Decisions;
	readonly mark: (id: string) => string;
	/** The plan file, to be written to the folder of the run. */
	readonly text: string;
	/** The seal of the plan. */
	readonly seal: string;
	/** The operator and the approvers. */
	readonly origin?: Origin;
};

/** Prepares a run: checks the hosts and asks for approval, but changes nothing. */
export type Prepare = (stage: FactSource, signals: Signals, view: View) => Promise<ApprovedPlan>;

type Showing = {
	/** Where the summary of the plan is written. */
	readonly output: {write(text: string): unknown};
	/** Whether to ask for approval. */
	readonly asks: boolean;
	/** The operator and the recorded reason; the reason for overriding the policy. */
	readonly origin: Origin;
	readonly override?: string | undefined;
	/** The policy of this machine. */
	readonly policy: ReadPolicy | undefined;
};

/** Plans, shows the summary, enforces the policy and, if requested, asks for approval. @throws InterruptedError if denied. */
export function planned(
	selected: Selected,
	written: PlanInputs,
	{output, asks, origin, override, policy}: Showing,
): Prepare {
	return async (stage, signals, view) => {
		const plan = await planFor(selected, written, stage, signals);
		await view.suspend(async () => output.write(`${planSummaryText(plan)}\n\n`));
		const approved = await demandApproval(policy, {plan: sealedPlan(plan), origin, override});
		if (asks && hasWork(plan) && !(await view.suspend(() => askYes('Apply this plan?', signals.stop))))
			throw new InterruptedError();
		return {...approve(plan, 'PLAN'), origin: approved};
	};
}

/**
 * Compares a plan with its playbook, checks again everything that it relies on, and reports drift.
 *
 * @throws InputError for actions that the playbook does not produce; PrerequisiteError if drift leaves no action of the
 * plan that can be performed.
 */
export function checkedAgainst(
	{plan, place}: PlanFile,
	file: string,
	selected: Selected,
	written: PlanInputs,
): Prepare {
	return async (stage, signals, view) => {
		const decisions = new Decisions(plan, file);
		const now = await planFor(selected, written, stage, signals, decisions);
		const held = heldTo(plan, now, decisions.findings);
		refuseEdits(held.edits, place);
		const known = new Set(plan.problems.map(({id, message}) => `${id} ${message}`));
		const drifted = now.problems.filter(({id, message}) => !known.has(`${id} ${message}`));
		for (const {message} of drifted) view.tell(`drift; this action is not performed: ${message}`);
		const possible = now.actions.filter(({reads}) => reads === undefined);
		if (drifted.length > 0 && possible.length === 0) {
			throw new PrerequisiteError(
				`drift: no action of ${file} can be performed: ${drifted.map(({message}) => message).join('; ')}`,
				`plan again and compare: vacate diff ${file} NEW`,
			);
		}
		const unplanned = now.left.filter(({guest, fails}) => fails && !plan.left.some(one => one.guest === guest));
		for (const {guest, host, reason} of unplanned) view.tell(`stays on ${host}: ${guest}: ${reason}`);
		return approve(held.plan, file);
	};
}

/** Approves a plan. `file` is its name in messages. */
export function approve(plan: Plan, file: string): ApprovedPlan {
	return {
		decisions: new Decisions(plan, file),
		mark: markOf(plan.made_from.digests),
		text: planFileText(plan),
		seal: sealedPlan(plan).seal,
	};
}

function hasWork({actions, decided_at_run_time: open}: Plan): boolean {
	return open.length > 0 || actions.some(({reads}) => reads === undefined);
}
