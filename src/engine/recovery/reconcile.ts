import {CommandError, InterruptedError, JournalError, StepError} from '../../errors.ts';
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

/** What became of an action that was under way when its run died: `finished` by itself in the meantime, or already then. */
export type ReconcileResult =
	| {readonly end: 'finished'; readonly receipt: unknown}
	| {readonly end: 'undone'}
	| StuckAction;

/** An action of the journal, with the step that knows it. */
export type UnfinishedAction = {readonly account: ActionRecord; readonly planned: PlannedStep};

/**
 * Brings what was under way when a run died to an end, by what the hosts say: what is done is kept, what is half done is
 * taken back. What ran at the same time is settled at the same time; what was being taken back, the last first.
 */
export async function reconcile(
	unsettled: readonly UnfinishedAction[],
	toolsFor: (planned: PlannedStep) => ExecutionDeps,
	settled: (one: UnfinishedAction, how: ReconcileResult) => void,
): Promise<void> {
	const tell = async (one: UnfinishedAction, work: Promise<ReconcileResult>) => settled(one, await work);
	const open = unsettled.filter(({account}) => account.phase !== 'undoing');
	await settleAll(open.map(one => tell(one, settle(one, toolsFor(one.planned)))));
	for (const one of unsettled.filter(({account}) => account.phase === 'undoing').reverse()) {
		await tell(one, takeBack(one, toolsFor(one.planned)));
	}
}

/** Is there anything to settle? Reads leave nothing behind, and what cannot be undone has failed or not by its own word. */
export function isUnfinished({phase}: ActionRecord, step: AnyStep): boolean {
	if (step.effect === 'read') return false;
	if (phase === 'started' || phase === 'undoing' || phase === 'stuck') return true;
	return phase === 'failed' && 'undo' in step;
}

async function settle({account, planned}: UnfinishedAction, tools: ExecutionDeps): Promise<ReconcileResult> {
	const {step, action, id} = planned;
	if (account.phase === 'failed') return takeBack({account, planned}, tools);
	try {
		if (step.adopt !== undefined) {
			const receipt = await step.adopt(action, stepContext(tools.world, tools.signal, tools.progress));
			await tools.journal.append({type: 'succeeded', id, receipt: (receipt ?? null) as Json});
			await committed(planned, tools);
			return {end: 'finished', receipt};
		}
	} catch (error) {
		if (error instanceof JournalError) throw error;
		// Who is told to stop takes back what is not known to be done.
		if (!saysNo(error) && !(error instanceof InterruptedError)) return stuckWith(planned, error, tools);
	}
	if ('undo' in step) return takeBack({account, planned}, tools);
	return stuckWith(
		planned,
		new StepError(
			`${step.name} on ${planned.host} was started, and its outcome is unknown`,
			`check what it has done on ${planned.host}, then run the remaining tasks`,
		),
		tools,
	);
}

async function takeBack({account, planned}: UnfinishedAction, tools: ExecutionDeps): Promise<ReconcileResult> {
	if (!('undo' in planned.step)) return {end: 'undone'};
	return undo(planned, account.receipt, tools);
}

/** A word of the host, such as that there is no such file, says that the work is not done; its silence says nothing. */
function saysNo(error: unknown): boolean {
	return error instanceof StepError || error instanceof CommandError;
}
