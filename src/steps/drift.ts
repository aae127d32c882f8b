import type {Json} from './json.ts';

/** A value of an action that differs from the one that was planned. `at` leads to it from the whole action. */
export type Difference = {
	readonly at: readonly string[];
	readonly was: Json | undefined;
	readonly now: Json | undefined;
};

/** How a difference reads: `memory 16 MiB, planned with 8 MiB` has `memory` for its subject. */
export type DifferenceText = {
	readonly subject: string;
	/** The two values, where the plain ones say too little. */
	readonly was?: string;
	readonly now?: string;
};

/** How an action may differ between plan and apply, and how a difference is told. All of it pure. */
export type Drift<Action> = {
	/** Names of fields, at any depth, that change while a guest runs and decide nothing: they are not compared. */
	readonly ignored: readonly string[];
	/** A difference in the words of the step; undefined where the path and the plain values say it. */
	describe?(difference: Difference): DifferenceText | undefined;
	/**
	 * What of the action comes from the playbook, and not from the guest. Two plans are compared by it, as they tell
	 * apart how the guests have changed by themselves. Left out: all of the action.
	 */
	requested?(action: Action): Json;
};
