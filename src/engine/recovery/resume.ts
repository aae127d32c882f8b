import {StepError} from '../../errors.ts';
import {failureFacts, mayRetry} from '../action/failure.ts';
import {hiddenEvent, hiddenRecord} from '../action/hidden.ts';
import {worldWith} from '../action/overrides.ts';
import {type AnyStep, committed, type ExecutionDeps, type PlannedStep, writtenHosts} from '../action/perform.ts';
import type {ActionName, ActionOutcome, Event} from '../events.ts';
import type {RunState} from '../run-state.ts';
import {settleAll} from '../settle-all.ts';
import {isUnfinished, type ReconcileResult, reconcile, type UnfinishedAction} from './reconcile.ts';
import type {ActionRecord, JournalReplay} from './replay.ts';
import {resolved} from './resolution.ts';

/** The started but unfinished actions of a run, with their steps. Throws Error for an unknown step. */
export function unfinishedActions(
	{actions}: JournalReplay,
	steps: RunState['input']['steps'],
): readonly UnfinishedAction[] {
	return actions.flatMap(account => {
		const step = stepOf(account, steps);
		return isUnfinished(account, step) ? [{account, planned: plannedStepOf(account, step)}] : [];
	});
}

/** The step of an action in a journal or plan. Throws Error for an unknown step. */
export function stepOf(
	{step: name, action}: Pick<ActionRecord, 'step' | 'action'>,
	steps: RunState['input']['steps'],
): AnyStep {
	const step = steps.get(name);
	if (step?.kind !== 'action') throw new Error(`the run contains the unknown step ${name}`);
	// A command with `undo` is a different step from one without.
	return step.isWithUndo?.(action) === true ? (step.withUndo ?? step) : step;
}

/** Before a run continues: reconciles its actions in progress, and reports them as if they had just ended. */
export async function resumeRun(died: JournalReplay, state: RunState): Promise<void> {
	const {input, verdict} = state;
	const before = await resolved(died, input.resolutions ?? [], account => stepOf(account, input.steps), input);
	for (const {id, phase, resolution} of before.actions) {
		if (phase === 'skipped') state.leftOut.set(id, resolutionText(resolution));
	}
	const unsettled = unfinishedActions(before, input.steps);
	for (const account of before.actions) if (account.phase === 'succeeded') state.finished.set(account.id, account);
	await input.hold?.(hostsOf(unsettled.map(({planned}) => planned)));
	await settleAll([...state.finished.values()].map(account => clearUp(account, state)));
	const begun = input.world.clock.now();
	for (const {planned} of unsettled) {
		input.emit({type: 'action-started', at: begun, action: journalActionName(planned), attempt: 1});
	}
	await reconcile(
		unsettled,
		planned => toolsFor(planned, state),
		(one, how) => {
			if (how.end === 'stuck') verdict.stuck = true;
			if (how.end === 'finished') state.finished.set(one.account.id, {...one.account, receipt: how.receipt as never});
			tell(one, how, begun, state);
		},
		input.run,
	);
}

/**
 * The run may have died between receipt and commit: removes what only an undo without a receipt requires. A host that
 * is unreachable or locked by another run keeps it.
 */
async function clearUp(account: ActionRecord, state: RunState): Promise<void> {
	const planned = plannedStepOf(account, stepOf(account, state.input.steps));
	try {
		await state.input.hold?.(hostsOf([planned]));
	} catch (error) {
		if (mayRetry(error) || error instanceof StepError) return;
		throw error;
	}
	await committed(planned, toolsFor(planned, state));
}

function tell({planned}: UnfinishedAction, how: ReconcileResult, begun: number, {input}: RunState): void {
	const outcome = outcomeOf(how);
	const move = planned.step.guest?.(planned.action, how.end === 'finished' ? how.receipt : undefined);
	const at = input.world.clock.now();
	const event: Event = {
		type: 'action-ended',
		at,
		action: journalActionName(planned),
		outcome,
		durationMs: at - begun,
		...(how.end === 'again' ? {reason: `its end is unknown, and it is done again: ${how.why}`} : {}),
		...(how.end === 'stuck' ? {failure: failureFacts(how.error, how)} : {}),
		...(move === undefined ? {} : {move}),
	};
	input.emit(planned.overrides?.hidden === true ? hiddenEvent(event) : event);
}

function outcomeOf({end}: ReconcileResult): ActionOutcome {
	if (end === 'finished') return 'changed';
	return end === 'again' ? 'skipped' : end;
}

/** Who has said that an action is left, and why. */
function resolutionText(resolution: ActionRecord['resolution']): string {
	const {operator = 'an operator', reason} = resolution?.origin ?? {};
	return `left as it is, as ${operator} said${reason === undefined ? '' : `: ${reason}`}`;
}

function toolsFor(planned: PlannedStep, {input}: RunState): ExecutionDeps {
	const {step, overrides = {}} = planned;
	const {hidden} = overrides;
	return {
		world: worldWith(overrides, input.world),
		journal: hidden === true ? {append: record => input.journal.append(hiddenRecord(record, step))} : input.journal,
		signal: input.signal,
		undoSignal: input.undoSignal,
		progress: progress =>
			input.emit({type: 'action-progress', at: input.world.clock.now(), action: journalActionName(planned), progress}),
	};
}

/** An action of the journal, to be completed or undone with its original overrides. */
export function plannedStepOf({id, host, action, overrides}: ActionRecord, step: AnyStep): PlannedStep {
	return {id, host, step, action, ...(overrides === undefined ? {} : {overrides})};
}

function hostsOf(actions: readonly PlannedStep[]): readonly string[] {
	return actions.filter(({step}) => step.exclusive).flatMap(writtenHosts);
}

/** The displayed name of an action that is only in the journal. */
export function journalActionName({id, host, step, action}: PlannedStep): ActionName {
	const move = step.guest?.(action);
	return {
		id,
		host,
		step: step.name,
		title: move === undefined ? step.name : `${move.guest} to ${move.to}`,
		...(move === undefined ? {} : {guest: move.guest, to: move.to}),
	};
}
