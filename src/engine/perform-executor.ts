import type {Decisions} from '../plan/document/decisions.ts';
import type {Expansion, Part, Result} from '../steps/step.ts';
import {type ApplyResult, type ExecutionDeps, perform} from './action/perform.ts';
import type {World} from './context.ts';
import type {ActionName} from './events.ts';
import type {ActionExecutor, ExecutionRequest, PartsRequest, RunPart} from './executor.ts';
import {Breaker} from './play/breaker.ts';
import {settleAll} from './settle-all.ts';
import type {UndecidedError} from './undecided-error.ts';

/** Performs actions. */
export class PerformExecutor implements ActionExecutor {
	execute({planned}: ExecutionRequest, tools: ExecutionDeps): Promise<ApplyResult> {
		return perform(planned, tools);
	}

	/** The plan was compared with its playbook in the rehearsal. Only its guests are read again. */
	decidedParts(id: string, decisions: Decisions | undefined): Expansion | undefined {
		return decisions?.expansionOf(id);
	}

	/** Runs parts concurrently, within the limits. */
	async runParts<End extends {readonly result: Result}>(
		{expansion: {parts}, triesAgain, bounds}: PartsRequest,
		run: RunPart<End>,
	): Promise<readonly End[]> {
		const breaker = new Breaker(bounds ?? {}, parts.length);
		const runOne = (part: Part) => run(part, breaker);
		const first = await settleAll(parts.map(runOne));
		return triesAgain ? retried(parts, first, runOne) : first;
	}

	nothingToDo(): void {}

	cannotPlan(): void {}

	notAccepted(): void {}

	leaveOpen(_name: ActionName, error: UndecidedError): never {
		throw error;
	}

	foreseeFailures(): void {}

	mayRunAfterFailure(): boolean {
		return false;
	}

	worldFor(_run: World, task: World): World {
		return task;
	}
}

/** Retries failed parts as long as one of them succeeds, since this may free capacity for another. */
async function retried<End extends {readonly result: Result}>(
	parts: readonly Part[],
	first: readonly End[],
	run: (part: Part) => Promise<End>,
): Promise<readonly End[]> {
	const ends = [...first];
	const failedOf = (indices: readonly number[]) => indices.filter(index => ends[index]?.result.failed === true);
	for (let tried: readonly number[] = [...parts.keys()]; ; ) {
		const failed = failedOf(tried);
		if (failed.length === 0 || failed.length === tried.length) return ends;
		await settleAll(
			failed.map(async index => {
				const part = parts[index];
				if (part !== undefined) ends[index] = await run(part);
			}),
		);
		tried = failed;
	}
}
