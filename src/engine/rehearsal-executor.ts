import {mayRetry} from './action/failure.ts';
import {type ApplyResult, type ExecutionDeps, perform} from './action/perform.ts';
import type {World} from './context.ts';
import type {ActionName} from './events.ts';
import type {ActionExecutor, ExecutionRequest, PartsRequest, RunPart} from './executor.ts';
import {Breaker} from './play/breaker.ts';
import type {Rehearsal} from './rehearsal.ts';
import {UndecidedError} from './undecided-error.ts';

/** The event that a task with retries waits for happens only in a run. */
const awaited = 'the condition that is waited for';

/** Executes actions in a rehearsal: notes writes, and performs only reads whose results will not change. */
export class RehearsalExecutor implements ActionExecutor {
	readonly #rehearsal: Rehearsal;

	constructor(rehearsal: Rehearsal) {
		this.#rehearsal = rehearsal;
	}

	async execute(
		{name, planned, params, at, hidden}: ExecutionRequest,
		tools: ExecutionDeps,
	): Promise<ApplyResult | {readonly end: 'noted'}> {
		const {step, action} = planned;
		if (this.#rehearsal.isDone(step, params, action, at)) return perform(planned, tools);
		const here = planned.overrides?.here === true;
		this.#rehearsal.foresee({name, step, params, action, hidden, here});
		return {end: 'noted'};
	}

	/** The step plans the chosen parts again, so that impossible choices are detected. */
	decidedParts(): undefined {}

	/** Sequential, since each part is planned with the result of the one before. A failed part does not stop the others. */
	async runParts<End>({name, expansion}: PartsRequest, run: RunPart<End>): Promise<readonly End[]> {
		this.#rehearsal.expand(name, expansion);
		const breaker = new Breaker({}, expansion.parts.length);
		const ends: End[] = [];
		for (const part of expansion.parts) ends.push(await run(part, breaker));
		return ends;
	}

	nothingToDo(reason: string): void {
		this.#rehearsal.doubtThat(reason);
	}

	cannotPlan(error: unknown, attempts: number): void {
		if (attempts > 1 && mayRetry(error)) throw new UndecidedError(awaited);
		if (error instanceof Error) this.#rehearsal.doubtThat(error.message);
	}

	notAccepted(attempts: number): void {
		if (attempts > 1) throw new UndecidedError(awaited);
	}

	leaveOpen(name: ActionName, {message}: UndecidedError): void {
		this.#rehearsal.open(name, message);
	}

	foreseeFailures(note: () => void): void {
		note();
	}

	mayRunAfterFailure(name: ActionName): boolean {
		this.#rehearsal.open(name, 'runs only if an earlier task fails');
		return true;
	}

	/** Facts are those of the rehearsal, whatever the environment of the task. */
	worldFor({gatherer}: World, task: World): World {
		return {...task, gatherer};
	}
}
