import type {Decisions} from '../plan/document/decisions.ts';
import type {Expansion, Json, Part, PartBounds, PlanContext, Result} from '../steps/step.ts';
import type {ApplyResult, ExecutionDeps, PlannedStep} from './action/perform.ts';
import type {World} from './context.ts';
import type {ActionName} from './events.ts';
import type {Breaker} from './play/breaker.ts';
import type {UndecidedError} from './undecided-error.ts';

/** A planned action that is ready to be executed. */
export type ExecutionRequest = {
	readonly name: ActionName;
	readonly planned: PlannedStep;
	readonly params: Json;
	readonly at: PlanContext;
	/** The task has `no_log`. */
	readonly hidden: boolean;
};

/** The parts of a composite step. */
export type PartsRequest = {
	readonly name: ActionName;
	readonly expansion: Expansion;
	/** A failed part is retried while others succeed. */
	readonly triesAgain: boolean;
	readonly bounds: PartBounds | undefined;
};

/** Runs one part. The breaker decides when no more are started. */
export type RunPart<End> = (part: Part, breaker: Breaker) => Promise<End>;

/**
 * Executes the actions of a run: `PerformExecutor` performs them, `RehearsalExecutor` notes them. The engine takes the
 * same path with both.
 */
export interface ActionExecutor {
	/** `noted`: the action was not performed, and its result is unknown. */
	execute(request: ExecutionRequest, tools: ExecutionDeps): Promise<ApplyResult | {readonly end: 'noted'}>;
	/** The parts chosen by a plan, if they need not be chosen again. */
	decidedParts(id: string, decisions: Decisions | undefined): Expansion | undefined;
	/** Runs all parts of a composite step, and returns their results. Order and attempts depend on the executor. */
	runParts<End extends {readonly result: Result}>(request: PartsRequest, run: RunPart<End>): Promise<readonly End[]>;
	/**
	 * Called when a step has nothing to do.
	 *
	 * @throws UndecidedError if this may change after earlier tasks.
	 */
	nothingToDo(reason: string): void;
	/**
	 * Called when an action cannot be planned. `attempts` is the number allowed by the task.
	 *
	 * @throws UndecidedError if this may change after earlier tasks, or in a later attempt.
	 */
	cannotPlan(error: unknown, attempts: number): void;
	/**
	 * Called when the task does not accept the result of an action. `attempts` is the number allowed by the task.
	 *
	 * @throws UndecidedError if a later attempt decides.
	 */
	notAccepted(attempts: number): void;
	/** Called when a task depends on an unknown value. @throws the error if all values must be known. */
	leaveOpen(name: ActionName, error: UndecidedError): void;
	/** In a rehearsal, which performs no `rescue`: notes what one may set and notify. */
	foreseeFailures(note: () => void): void;
	/** Whether an action that is not needed now is left to the run, because its condition depends on a `rescue`. */
	mayRunAfterFailure(name: ActionName): boolean;
	/** Selects the world for a task: that of the run, or the one with the task's environment, user and limits. */
	worldFor(run: World, task: World): World;
}
