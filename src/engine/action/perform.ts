import {
	ConnectionLostError,
	InterruptedError,
	JournalError,
	StepError,
	StuckError,
	UnreachableError,
} from '../../errors.ts';
import {masked, maskedData} from '../../shell/mask.ts';
import type {ActionStep, Json, Progress} from '../../steps/step.ts';
import {stepContext, type World} from '../context.ts';
import type {ExecutionOverrides} from '../execution-overrides.ts';
import type {Journal} from '../ports.ts';
import {type Aftermath, mayRetry} from './failure.ts';
import {journalledOverrides} from './overrides.ts';

// biome-ignore lint/suspicious/noExplicitAny: the registry has forgotten the types; `defineStep` has checked them.
export type AnyStep = ActionStep<any, any, any>;

/** An action with all arguments known, and its step. */
export type PlannedStep = {
	readonly id: string;
	readonly host: string;
	readonly step: AnyStep;
	readonly action: Json;
	/** Overrides of the inventory for its commands. */
	readonly overrides?: ExecutionOverrides;
	/** Its task does it again until a condition is true. */
	readonly repeats?: true;
};

/** The result of one attempt. After `failed` and `interrupted`, its effects have been rolled back. */
export type ApplyResult =
	| {readonly end: 'succeeded'; readonly receipt: unknown}
	| ({readonly end: 'failed' | 'interrupted' | 'stuck'; readonly error: unknown} & Aftermath);

/** Manual intervention is required. */
export type StuckAction = {readonly end: 'stuck'; readonly error: unknown} & Aftermath;

export type ExecutionDeps = {
	readonly world: World;
	readonly journal: Journal;
	/** Fires when the run must stop. */
	readonly signal: AbortSignal;
	/** Fires when the rollback must stop as well, after the current command. */
	readonly undoSignal: AbortSignal;
	readonly progress: (progress: Progress) => void;
};

/** Applies and verifies one action, and rolls it back if it fails. Every intent is in the journal before its effect. */
export async function perform(planned: PlannedStep, tools: ExecutionDeps): Promise<ApplyResult> {
	const {step, action, id, host, overrides, repeats} = planned;
	const {journal} = tools;
	await journal.append({
		type: 'started',
		id,
		host,
		step: step.name,
		action: kept(action, step),
		...(overrides === undefined ? {} : {overrides: journalledOverrides(overrides)}),
		...(repeats === undefined ? {} : {repeats}),
	});
	try {
		const receipt = await applied(planned, tools);
		await journal.append({type: 'succeeded', id, receipt: kept((receipt ?? null) as Json, step)});
		await committed(planned, tools);
		return {end: 'succeeded', receipt};
	} catch (error) {
		if (error instanceof JournalError) throw error;
		await journal.append({type: 'failed', id, message: masked(messageOf(error))});
		return failed(planned, error, tools);
	}
}

/** An action or receipt as stored in the journal. */
function kept(data: Json, step: AnyStep): Json {
	return step.effect === 'read' || step.outputMayBeSecret === true ? maskedData(data) : data;
}

/** Applies an action. If the connection is lost, determines whether the work is done. */
async function applied({step, action}: PlannedStep, tools: ExecutionDeps): Promise<unknown> {
	const context = stepContext(tools.world, tools.signal, tools.progress);
	try {
		const receipt = await step.apply(action, context);
		await step.verify(action, context);
		return receipt;
	} catch (error) {
		const isLost = error instanceof ConnectionLostError && step.effect !== 'read';
		if (!isLost || step.adopt === undefined || step.canAdopt?.(action) === false) throw error;
		return adopted(step.adopt(action, context), error);
	}
}

/** If the work is not done, the lost connection is reported as the cause. */
async function adopted(adopting: Promise<unknown>, lost: ConnectionLostError): Promise<unknown> {
	try {
		return await adopting;
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		throw new StepError(`${lost.message}; ${error.message}`, error.remedy, {cause: lost, retry: error.retry});
	}
}

/** The work is done and in the journal, so a mark that cannot be removed is not a failure. */
export async function committed({step, action}: PlannedStep, tools: ExecutionDeps): Promise<void> {
	if (!('undo' in step) || step.commit === undefined) return;
	try {
		await step.commit(action, stepContext(tools.world, tools.undoSignal, tools.progress));
	} catch (error) {
		if (!mayRetry(error)) throw error;
	}
}

async function failed(planned: PlannedStep, error: unknown, tools: ExecutionDeps): Promise<ApplyResult> {
	const {step} = planned;
	if (error instanceof StuckError) return stuckWith(planned, error, tools);
	const end = error instanceof InterruptedError ? 'interrupted' : 'failed';
	if (step.effect === 'read' || !('undo' in step)) return {end, error};
	const undoing = await undo(planned, undefined, tools);
	return undoing.end === 'stuck' ? undoing : {end, error, ...(await whereNow(planned, tools))};
}

/** The result for an action that requires manual intervention, with all available information. */
export async function stuckWith(planned: PlannedStep, error: unknown, tools: ExecutionDeps): Promise<StuckAction> {
	const {step, action, id} = planned;
	await tools.journal.append({type: 'stuck', id, message: masked(messageOf(error))});
	return {end: 'stuck', error, left: step.traces?.(action) ?? [], ...(await whereNow(planned, tools))};
}

/** Number of attempts of an undo, and the pause between them. */
const undoAttempts = 5;
const undoDelayMs = 2000;

/** Undoes a complete or partial action. Retries while a host is unreachable; then the action is stuck. */
export async function undo(
	planned: PlannedStep,
	receipt: unknown,
	tools: ExecutionDeps,
): Promise<{readonly end: 'undone'} | StuckAction> {
	const {step, action, id} = planned;
	if (!('undo' in step)) throw new Error(`${step.name} cannot be undone`);
	const context = stepContext(tools.world, tools.undoSignal, tools.progress);
	await tools.journal.append({type: 'undo-started', id});
	for (let attempt = 1; ; attempt++) {
		try {
			await step.undo(action, receipt, context);
			await tools.journal.append({type: 'undone', id});
			return {end: 'undone'};
		} catch (error) {
			if (error instanceof JournalError) throw error;
			if (attempt < undoAttempts && mayRetry(error)) {
				await tools.world.clock.sleep(undoDelayMs, tools.undoSignal).catch(() => {});
				if (!tools.undoSignal.aborted) continue;
			}
			return stuckWith(planned, stuckAfter(planned, error), tools);
		}
	}
}

async function whereNow({step, action}: PlannedStep, tools: ExecutionDeps): Promise<Aftermath> {
	if (step.where === undefined) return {};
	// Queried even if the run is being stopped, since it only reads.
	const {signal} = new AbortController();
	return {where: await step.where(action, stepContext(tools.world, signal, tools.progress))};
}

function stuckAfter({step, action}: PlannedStep, error: unknown): StuckError {
	if (error instanceof StuckError) return error;
	const what = step.guest === undefined ? step.name : `the move of ${step.guest(action).guest}`;
	const host = error instanceof UnreachableError || error instanceof ConnectionLostError ? error.host : undefined;
	return new StuckError(`${what} could not be undone: ${messageOf(error)}`, [
		...(host === undefined ? [] : [`make ${host} reachable, then check its guests: virsh list --all (on ${host})`]),
	]);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The hosts that an action changes. */
export function writtenHosts({step, action}: PlannedStep): readonly string[] {
	const writes = step.preview(action).filter(({effect}) => effect === 'write');
	return [...new Set(writes.map(({host}) => host))];
}
