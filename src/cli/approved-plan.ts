import type {Origin} from '../engine/ports.ts';
import type {FactSource} from '../engine/rehearse.ts';
import {InterruptedError, PrerequisiteError} from '../errors.ts';
import {Decisions} from '../plan/document/decisions.ts';
import {heldTo} from '../plan/document/held.ts';
import type {Plan} from '../plan/document/model.ts';
import {type PlanFile, planFileText, planFrom, refuseEdits} from '../store/plan-file.ts';
import {planSummaryText} from '../views/plan/text.ts';
import type {View} from '../views/view.ts';
import {demandApproval} from './gate.ts';
import {markOf, planFor} from './make-plan.ts';
import type {Selected} from './options/select-inputs.ts';
import type {PlanInputs} from './plan-inputs.ts';
import {askYes} from './terminal/ask-yes.ts';
import type {Signals} from './terminal/signals.ts';

/** A plan that may be carried out. */
export type ApprovedPlan = {
	readonly decisions: Decisions;
	readonly mark: (id: string) => string;
	/** For the folder of the run. */
	readonly text: string;
	/** Who does it, with who has approved it. */
	readonly origin?: Origin;
};

/** What stands before a run: it looks, and asks, and changes nothing. */
export type Prepare = (stage: FactSource, signals: Signals, view: View) => Promise<ApprovedPlan>;

type Showing = {
	/** Where what will be done is shown. */
	readonly output: {write(text: string): unknown};
	/** Whether somebody is there to be asked. */
	readonly asks: boolean;
	/** Who does it, and why; and why against the policy. */
	readonly origin: Origin;
	readonly override?: string | undefined;
};

/** Plans, shows what will be done, and asks whoever is there. @throws InterruptedError for a no. */
export function planned(selected: Selected, written: PlanInputs, {output, asks, origin, override}: Showing): Prepare {
	return async (stage, signals, view) => {
		const plan = await planFor(selected, written, stage, signals);
		await view.suspend(async () => output.write(`${planSummaryText(plan)}\n\n`));
		const {plan: sealed} = planFrom('PLAN', planFileText(plan));
		const approved = await demandApproval({plan: sealed, origin, ...(override === undefined ? {} : {override})});
		if (asks && hasWork(plan) && !(await view.suspend(() => askYes('Do it?')))) throw new InterruptedError();
		return {...approve(plan, 'PLAN'), origin: approved};
	};
}

/**
 * Holds a plan to its playbook, looks again at all that it relies on, and tells what has drifted.
 *
 * @throws InputError for what the playbook does not give; PrerequisiteError when nothing is left that can be done as it was planned.
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
		for (const {message} of drifted) view.tell(`has drifted and is not done: ${message}`);
		const possible = now.actions.filter(({reads}) => reads === undefined);
		if (drifted.length > 0 && possible.length === 0) {
			throw new PrerequisiteError(
				`nothing of ${file} can be done as it was planned: ${drifted.map(({message}) => message).join('; ')}`,
				`plan again, and compare: vacate diff ${file} NEW`,
			);
		}
		const unplanned = now.left.filter(({guest, fails}) => fails && !plan.left.some(one => one.guest === guest));
		for (const {guest, host, reason} of unplanned) view.tell(`stays on ${host}: ${guest}: ${reason}`);
		return approve(held.plan, file);
	};
}

/** What a plan decides. `file` is what it is called in messages. */
export function approve(plan: Plan, file: string): ApprovedPlan {
	return {
		decisions: new Decisions(plan, file),
		mark: markOf(plan.made_from.digests),
		text: planFileText(plan),
	};
}

function hasWork({actions, decided_at_run_time: open}: Plan): boolean {
	return open.length > 0 || actions.some(({reads}) => reads === undefined);
}
