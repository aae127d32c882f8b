import {mayRetry} from './action/failure.ts';
import {type ApplyResult, type ExecutionDeps, perform} from './action/perform.ts';
import type {World} from './context.ts';
import type {ActionName} from './events.ts';
import type {ActionExecutor, ExecutionRequest, PartsRequest, RunPart} from './executor.ts';
import {Breaker} from './play/breaker.ts';
import type {Rehearsal} from './rehearsal.ts';
import {UndecidedError} from './undecided-error.ts';

/** What a task with several attempts waits for happens only in a run. */
const awaited = 'the condition that is waited for';

/** Executes actions as a rehearsal: it notes what would be done, and performs only reads whose answer will not change. */
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
		this.#rehearsal.foresee({name, step, params, action, hidden});
		return {end: 'noted'};
	}

	/** The step makes the chosen parts again, so that what it could not have chosen is found. */
	decidedParts(): undefined {}

	/** One after the other: each is planned in the world that the one before leaves. A failed part stops no other. */
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

	/** Facts come from what the rehearsal foresees, whatever the task's own environment. */
	worldFor({gatherer}: World, task: World): World {
		return {...task, gatherer};
	}
}
