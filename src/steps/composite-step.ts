import type {Facts} from '../facts/facts.ts';
import type {Timeout} from '../schedule/predict.ts';
import type {Json} from './json.ts';
import type {StepCommon} from './step-common.ts';
import type {PlanContext} from './step-context.ts';

/** One action of a composite step. */
export type Part = {
	readonly step: string;
	/** Names of the guest and of the destination. */
	readonly guest: string;
	readonly uuid: string;
	readonly to: string;
	readonly params: Json;
	/** Names of the limits that the part counts against. */
	readonly claims: readonly string[];
	/** How much it counts against each (default: 1). */
	readonly weight?: number;
	/** The host that it runs on, if it is not the host of the task. */
	readonly on?: string;
	/** Its estimates. */
	readonly expected?: PartExpected;
	/** Hosts that are not eligible for the guest. */
	readonly rejected?: readonly Rejected[];
	/** For a part chosen by a plan: why the step could not have chosen it. Such a part is not executed. */
	readonly refused?: string;
};

/** A move chosen by a plan. Nothing else is taken from the plan. */
export type ChosenMove = {
	/** Its name. */
	readonly guest: string;
	readonly uuid: string;
	readonly to: string;
	/** The host that it runs on, if it is not the host of the task. */
	readonly on?: string;
};

/** Estimates, relative to the start of the first part. */
export type PartExpected = {
	readonly startMs: number;
	readonly durationMs: number;
	readonly bytes: number;
	readonly pauseMs: number;
	/** The first limit that delays it. */
	readonly waitsFor?: string;
	/** The guest was measured to dirty memory faster than it can be sent. */
	readonly endless?: boolean;
	/** The move is expected to time out: why, when, and with which action. */
	readonly timeout?: Timeout;
};

export type Rejected = {readonly host: string; readonly reason: string};

/** A step that chooses several actions, each of which succeeds or fails independently. */
export type CompositeStep<Params = never> = StepCommon<Params> & {
	readonly kind: 'composite';
	/** `true`: it evacuates the host, which is not a destination meanwhile. `false`: it moves guests back to the host. */
	readonly drainsHost?: boolean;
	/** A failed part is retried while others succeed. With `true` for the parameters, its failure is only a warning. */
	bestEffort?(params: Params): boolean;
	/**
	 * Pure: the parts, and the guests that stay. With `chosen`, exactly these parts in their order, each planned as it
	 * would have been without; parts that the step could not have chosen are `refused`.
	 */
	expand(params: Params, at: PlanContext, facts: Facts, chosen?: readonly ChosenMove[]): Expansion;
	/**
	 * Pure: the move of a guest to a host other than those that were tried and rejected it, according to the current facts
	 * of `needs`; undefined if there is none.
	 */
	nextBest?(params: Params, at: PlanContext, facts: Facts, uuid: string, tried: readonly Rejected[]): Part | undefined;
	/**
	 * Guests that are on the host now, for a step whose parts were chosen by a plan: guests without a part were not
	 * planned.
	 */
	unplanned?(params: Params, at: PlanContext, facts: Facts): readonly GuestStaying[];
	/** When to start no more parts because too many have failed. */
	bounds?(params: Params): PartBounds;
};

/** The failures that a composite step tolerates. */
export type PartBounds = {
	/** Maximum number of consecutive failures. */
	readonly inARow?: number | undefined;
	/** Maximum share of failed parts, in percent. */
	readonly percent?: number | undefined;
	/** Pure: why a part of this duration may not start at this time; undefined when it may. */
	readonly whyNotNow?: WhyNotNow;
};

/** @param now Milliseconds since 1970. */
export type WhyNotNow = (now: number, durationMs: number) => string | undefined;

export type Expansion = {
	readonly parts: readonly Part[];
	/** The maximum number of concurrent parts for each claimed name. */
	readonly limits: Readonly<Record<string, number>>;
	/** Guests that stay, with reason and remedy. */
	readonly left: readonly GuestStaying[];
	/** Findings that block nothing. */
	readonly warnings?: readonly Warning[];
};

export type Warning = {
	readonly about: string;
	readonly text: string;
	readonly remedy: string;
	/** The guest that it is about could not move back. */
	readonly cannot_return?: true;
};

export type GuestStaying = {
	readonly guest: string;
	readonly reason: string;
	readonly remedy: string;
	/** The guest should have moved: the task fails after all possible moves. */
	readonly fails: boolean;
	readonly rejected?: readonly Rejected[];
};
