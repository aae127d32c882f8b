import {CommandError, InterruptedError, JournalError, StepError, StuckError} from '../../errors.ts';
import {masked} from '../../shell/mask.ts';
import type {Json} from '../../steps/step.ts';
import {
	type AnyStep,
	committed,
	type ExecutionDeps,
	type PlannedStep,
	type StuckAction,
	stuckWith,
	undo,
} from '../action/perform.ts';
import {stepContext} from '../context.ts';
import {settleAll} from '../settle-all.ts';
import type {ActionRecord} from './replay.ts';
import {resolutionCommands} from './resolution-commands.ts';

/** The result of an action that was in progress when its run died: `finished` if it completed then or since. */
export type ReconcileResult =
	| {readonly end: 'finished'; readonly receipt: unknown}
	| {readonly end: 'undone'}
	/** Nothing of it has to be undone, and the run does it again. */
	| {readonly end: 'again'; readonly why: string}
	| StuckAction;

/** An action of the journal, with its step. */
export type UnfinishedAction = {readonly account: ActionRecord; readonly planned: PlannedStep};

/**
 * Reconciles the actions in progress when a run died, according to the state of the hosts: completed work is kept,
 * partial work is undone. Concurrent actions are reconciled concurrently; actions that were being undone, in reverse
 * order.
 */
export async function reconcile(
	unsettled: readonly UnfinishedAction[],
	toolsFor: (planned: PlannedStep) => ExecutionDeps,
	settled: (one: UnfinishedAction, how: ReconcileResult) => void,
	run: string,
): Promise<void> {
	const tell = async (one: UnfinishedAction, work: Promise<ReconcileResult>) => settled(one, await work);
	const open = unsettled.filter(({account}) => account.phase !== 'undoing');
	await settleAll(open.map(one => tell(one, settle(one, toolsFor(one.planned), run))));
	for (const one of unsettled.filter(({account}) => account.phase === 'undoing').reverse()) {
		await tell(one, takeBack(one, toolsFor(one.planned)));
	}
}

/** Whether an action must be reconciled. Reads leave nothing behind, and the result of irreversible actions is final. */
export function isUnfinished({phase}: ActionRecord, step: AnyStep): boolean {
	if (step.effect === 'read') return false;
	if (phase === 'started' || phase === 'undoing' || phase === 'stuck') return true;
	return phase === 'failed' && 'undo' in step;
}

/** Can the hosts tell what became of an action? */
export function canAdopt(step: AnyStep, action: Json): boolean {
	return step.adopt !== undefined && step.canAdopt?.(action) !== false;
}

async function settle(
	{account, planned}: UnfinishedAction,
	tools: ExecutionDeps,
	run: string,
): Promise<ReconcileResult> {
	const {step, action, id} = planned;
	if (account.phase === 'failed') return takeBack({account, planned}, tools);
	let again = account.repeats === true ? 'its task repeats it until its condition is true' : undefined;
	try {
		if (step.adopt !== undefined && canAdopt(step, action)) {
			const receipt = await step.adopt(action, stepContext(tools.world, tools.signal, tools.progress));
			await tools.journal.append({type: 'succeeded', id, receipt: (receipt ?? null) as Json});
			await committed(planned, tools);
			return {end: 'finished', receipt};
		}
	} catch (error) {
		if (error instanceof JournalError) throw error;
		// If interrupted, undo work that is not known to be complete.
		if (!saysNo(error) && !(error instanceof InterruptedError)) return stuckWith(planned, error, tools);
		if (error instanceof StepError) again = error.message;
	}
	if ('undo' in step) return takeBack({account, planned}, tools);
	if (again !== undefined) {
		await tools.journal.append({type: 'resolved', id, as: 'again', why: masked(again)});
		return {end: 'again', why: again};
	}
	const message = `${step.name} on ${planned.host} was started, and its outcome is unknown`;
	const look = `check on ${planned.host} what it has done, then run one of these:`;
	return stuckWith(planned, new StuckError(message, [look, ...resolutionCommands(run, id)]), tools);
}

async function takeBack({account, planned}: UnfinishedAction, tools: ExecutionDeps): Promise<ReconcileResult> {
	if (!('undo' in planned.step)) return {end: 'undone'};
	return undo(planned, account.receipt, tools);
}

/** Whether the error shows that the work is not done, such as a missing file. An unreachable host shows nothing. */
function saysNo(error: unknown): boolean {
	return error instanceof StepError || error instanceof CommandError;
}
