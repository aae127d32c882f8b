import type {Decisions} from '../plan/document/decisions.ts';
import type {Expansion, Json, Part, PartBounds, PlanContext, Result} from '../steps/step.ts';
import type {ApplyResult, ExecutionDeps, PlannedStep} from './action/perform.ts';
import type {World} from './context.ts';
import type {ActionName} from './events.ts';
import type {Breaker} from './play/breaker.ts';
import type {UndecidedError} from './undecided-error.ts';

/** An action that is planned and allowed: the next thing is to execute it. */
export type ExecutionRequest = {
	readonly name: ActionName;
	readonly planned: PlannedStep;
	readonly params: Json;
	readonly at: PlanContext;
	/** Nothing may be shown of it. */
	readonly hidden: boolean;
};

/** The parts of a composite step. */
export type PartsRequest = {
	readonly name: ActionName;
	readonly expansion: Expansion;
	/** A part that fails is tried again while others succeed. */
	readonly triesAgain: boolean;
	readonly bounds: PartBounds | undefined;
};

/** Runs one part. The breaker says when no more are begun. */
export type RunPart<End> = (part: Part, breaker: Breaker) => Promise<End>;

/**
 * Executes the actions of a run: `PerformExecutor` for real, `RehearsalExecutor` by noting them. The engine takes the
 * same path with either and does not ask which it has.
 */
export interface ActionExecutor {
	/** `noted`: the action was not done, and its result is unknown. */
	execute(request: ExecutionRequest, tools: ExecutionDeps): Promise<ApplyResult | {readonly end: 'noted'}>;
	/** The parts that a plan has decided, where they need not be chosen again. */
	decidedParts(id: string, decisions: Decisions | undefined): Expansion | undefined;
	/** Runs every part of a composite step, in an order and with as many attempts as fit. Gives how each ended. */
	runParts<End extends {readonly result: Result}>(request: PartsRequest, run: RunPart<End>): Promise<readonly End[]>;
	/**
	 * A step has found nothing to do.
	 *
	 * @throws UndecidedError when that may be different once what comes before it is done.
	 */
	nothingToDo(reason: string): void;
	/**
	 * An action cannot be planned; the task allows so many attempts.
	 *
	 * @throws UndecidedError when that may be different once what comes before it is done, or at a later attempt.
	 */
	cannotPlan(error: unknown, attempts: number): void;
	/**
	 * The result of an action is not what its task accepts; the task allows so many attempts.
	 *
	 * @throws UndecidedError when a later attempt decides.
	 */
	notAccepted(attempts: number): void;
	/** A task depends on a value that is not known yet. @throws the error where every value must be known. */
	leaveOpen(name: ActionName, error: UndecidedError): void;
	/** The world that a task sees, of the run's and of the one with the task's own environment, user and limits. */
	worldFor(run: World, task: World): World;
}
