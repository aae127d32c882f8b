import type {Facts} from '../facts/facts.ts';
import type {Effect} from '../facts/foreseen-changes.ts';
import type {Command} from '../shell/command.ts';
import type {Drift} from './drift.ts';
import type {MoveLoad} from './move-load.ts';
import type {StepCommon} from './step-common.ts';
import type {PlanContext, StepContext} from './step-context.ts';
import type {CreatedFile, GuestLocation, GuestMove, ImageFate, Result} from './step-result.ts';

/** A step that does something: its contract and its laws are in `docs/architecture.md`. */
export type ActionStep<Params = never, Action = never, Receipt = never> = StepCommon<Params> & {
	readonly kind: 'action';
	/** Does it ever write? Reads are neither undone nor journalled as intents. */
	readonly effect: 'read' | 'write';
	/**
	 * When true, its action and its receipt hold what people write and hosts print, and `undo` needs no more of them than
	 * `undo` in the action, which shows no secret: the journal keeps the rest without secrets.
	 */
	readonly outputMayBeSecret?: true;
	/** When true, no other run may change the hosts that it changes as long as this run lives. */
	readonly exclusive?: true;
	/** Pure. Throws StepError when it can be seen now that it would fail. */
	plan(params: Params, at: PlanContext, facts: Facts): Action | Skip;
	/** Pure: exactly the writes of `apply` and then of `commit`, in order; for a step that only reads, its reads. */
	preview(action: Action): readonly Command[];
	apply(action: Action, context: StepContext): Promise<Receipt>;
	/**
	 * After an `apply` whose end nobody saw, the connection or this process having gone: the receipt, if the work is done
	 * and as `verify` wants it. Reads; writes only a last touch that work which is done for certain still lacks. Throws
	 * StepError when it is not done. A step that cannot tell leaves it out.
	 */
	adopt?(action: Action, context: StepContext): Promise<Receipt>;
	/** Only reads. Throws StepError when the world is not as `apply` should have left it. */
	verify(action: Action, context: StepContext): Promise<void>;
	/** What `register` keeps. */
	result(action: Action, receipt: Receipt): Result;
	/** Which guest this moves, for limits, progress and recap. */
	guest?(action: Action, receipt?: Receipt): GuestMove;
	/** Pure: what the move of that guest carries, for what a plan expects of it and for the room that it needs. */
	load?(action: Action): MoveLoad;
	/** How its action may differ from the one that was planned. Left out: not at all. */
	readonly drift?: Drift<Action>;
	/** Pure: what a reviewer should know before it is done, in sentences. */
	warnings?(action: Action): readonly string[];
	/** Pure: what becomes of images of the guest that stay behind or make way. */
	images?(action: Action): readonly ImageFate[];
	/** Pure: what actions that are planned ahead will find otherwise after it, beside a move. */
	effects?(action: Action): readonly Effect[];
	/** Only reads: where the guest is, by what both hosts say. Does not fail when one is silent, but says so. */
	where?(action: Action, context: StepContext): Promise<GuestLocation>;
	/** Pure: the files that it makes, under every name, for who has to look after it when it is stuck. */
	traces?(action: Action): readonly CreatedFile[];
	/** The same step for a task that says in `undo` how it is taken back: the parameter `undo` is that. */
	readonly withUndo?: ActionStep<Params, Action, Receipt>;
	/** Was this action planned by `withUndo`? */
	isWithUndo?(action: Action): boolean;
} & (
		| {
				/** Takes `apply` back, whole or half done. Twice is the same as once. */
				undo(action: Action, receipt: Receipt | undefined, context: StepContext): Promise<void>;
				/** Clears away what only an undo without a receipt needs. Called when the journal holds the receipt. */
				commit?(action: Action, context: StepContext): Promise<void>;
				/** When true, a finished action is an end in itself: a later failure does not take it back. */
				readonly settles?: true;
		  }
		| {readonly irreversible: string}
	);

/** Nothing to do, and why. */
export type Skip = {readonly skip: string};
