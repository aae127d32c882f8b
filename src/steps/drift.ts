import type {Json} from './json.ts';

/** A value of an action that differs from the planned one. `at` is its path in the action. */
export type Difference = {
	readonly at: readonly string[];
	readonly was: Json | undefined;
	readonly now: Json | undefined;
};

/** The text of a difference: in `memory: 16 MiB (planned: 8 MiB)`, `memory` is the subject. */
export type DifferenceText = {
	readonly subject: string;
	/** The two values, if the plain ones are not clear enough. */
	readonly was?: string;
	readonly now?: string;
};

/** How an action may differ between plan and apply, and how differences are described. Pure. */
export type Drift<Action> = {
	/** Names of fields, at any depth, that change while a guest runs and are irrelevant: they are not compared. */
	readonly ignored: readonly string[];
	/** Describes a difference; undefined if the path and the plain values are sufficient. */
	describe?(difference: Difference): DifferenceText | undefined;
	/**
	 * The part of the action that comes from the playbook, not from the guest. Used to compare two plans, which report
	 * changes of guests separately. Default: the whole action.
	 */
	requested?(action: Action): Json;
};
