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

/** What became of an action that was under way when its run died: `finished` by itself in the meantime, or already then. */
export type ReconcileResult =
	| {readonly end: 'finished'; readonly receipt: unknown}
	| {readonly end: 'undone'}
	/** Nothing of it has to be undone, and the run does it again. */
	| {readonly end: 'again'; readonly why: string}
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
	run: string,
): Promise<void> {
	const tell = async (one: UnfinishedAction, work: Promise<ReconcileResult>) => settled(one, await work);
	const open = unsettled.filter(({account}) => account.phase !== 'undoing');
	await settleAll(open.map(one => tell(one, settle(one, toolsFor(one.planned), run))));
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
		// Who is told to stop takes back what is not known to be done.
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

/** A word of the host, such as that there is no such file, says that the work is not done; its silence says nothing. */
function saysNo(error: unknown): boolean {
	return error instanceof StepError || error instanceof CommandError;
}
