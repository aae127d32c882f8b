import type {Facts} from '../facts/facts.ts';
import type {Effect} from '../facts/foreseen-changes.ts';
import type {Command} from '../shell/command.ts';
import type {Drift} from './drift.ts';
import type {MoveLoad} from './move-load.ts';
import type {StepCommon} from './step-common.ts';
import type {PlanContext, StepContext} from './step-context.ts';
import type {CreatedFile, GuestLocation, GuestMove, ImageFate, Result} from './step-result.ts';

/** A step that performs actions. Its contract and laws are in `docs/architecture.md`. */
export type ActionStep<Params = never, Action = never, Receipt = never> = StepCommon<Params> & {
	readonly kind: 'action';
	/** Whether it can write. Reads are neither undone nor recorded as intents in the journal. */
	readonly effect: 'read' | 'write';
	/**
	 * When true, its action and receipt may contain secrets from playbooks and command output, and `undo` requires only
	 * the field `undo` of the action, which contains no secrets: the journal masks the rest.
	 */
	readonly outputMayBeSecret?: true;
	/** When true, no other run may change the same hosts while this run is active. */
	readonly exclusive?: true;
	/** Pure. Throws StepError if the action would certainly fail. */
	plan(params: Params, at: PlanContext, facts: Facts): Action | Skip;
	/** Pure: exactly the writes of `apply` and then of `commit`, in order; for a step that only reads, its reads. */
	preview(action: Action): readonly Command[];
	apply(action: Action, context: StepContext): Promise<Receipt>;
	/**
	 * After an `apply` with an unknown outcome (connection lost, or process died): the receipt, if the work is done
	 * and `verify` would succeed. Reads; writes only a final step that certainly completed work still lacks. Throws
	 * StepError if it is not done. Omitted by steps that cannot tell.
	 */
	adopt?(action: Action, context: StepContext): Promise<Receipt>;
	/** Pure: whether `adopt` can decide for this action. Left out: for every action. */
	canAdopt?(action: Action): boolean;
	/** Pure: the receipt of an action that an operator reports as done, if the hosts cannot tell; `null` if left out. */
	receiptIfDone?(action: Action): Receipt;
	/** Only reads. Throws StepError if the hosts are not in the state that `apply` should have left. */
	verify(action: Action, context: StepContext): Promise<void>;
	/** The result for `register`. */
	result(action: Action, receipt: Receipt): Result;
	/** The guest that the action moves, for limits, progress and recap. */
	guest?(action: Action, receipt?: Receipt): GuestMove;
	/** Pure: the data of the move, for estimates and required capacity in a plan. */
	load?(action: Action): MoveLoad;
	/** How the action may differ from the planned one. Default: not at all. */
	readonly drift?: Drift<Action>;
	/** Pure: warnings for the reviewer. */
	warnings?(action: Action): readonly string[];
	/** Pure: what happens to images that the guest leaves behind or replaces. */
	images?(action: Action): readonly ImageFate[];
	/** Pure: changes, other than a move, that later actions must take into account in a rehearsal. */
	effects?(action: Action): readonly Effect[];
	/** Only reads: where the guest is, according to both hosts. If one does not respond, the description says so. */
	where?(action: Action, context: StepContext): Promise<GuestLocation>;
	/** Pure: the files that it creates, under every name, to be reported if the action is stuck. */
	traces?(action: Action): readonly CreatedFile[];
	/** The variant of the step for tasks with `undo`, which becomes the parameter `undo`. */
	readonly withUndo?: ActionStep<Params, Action, Receipt>;
	/** Whether this action was planned by `withUndo`. */
	isWithUndo?(action: Action): boolean;
} & (
		| {
				/** Reverses `apply`, complete or partial. Idempotent. */
				undo(action: Action, receipt: Receipt | undefined, context: StepContext): Promise<void>;
				/** Removes what only an undo without a receipt requires. Called when the journal contains the receipt. */
				commit?(action: Action, context: StepContext): Promise<void>;
				/** When true, a completed action is final: later failures do not undo it. */
				readonly isFinal?: true;
		  }
		| {readonly irreversible: string}
	);

/** The reason why there is nothing to do. */
export type Skip = {readonly skip: string};
