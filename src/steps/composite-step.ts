import type {Facts} from '../facts/facts.ts';
import type {Timeout} from '../schedule/predict.ts';
import type {Json} from './json.ts';
import type {StepCommon} from './step-common.ts';
import type {PlanContext} from './step-context.ts';

/** One piece of work that a composite step asks for. */
export type Part = {
	readonly step: string;
	/** The guest that it moves, and the host that it moves to, by their names. */
	readonly guest: string;
	readonly uuid: string;
	readonly to: string;
	readonly params: Json;
	/** Names of the limits it counts against. */
	readonly claims: readonly string[];
	/** What it counts against each; 1 when left out. */
	readonly weight?: number;
	/** The host that it is done on, where that is not the task's. */
	readonly on?: string;
	/** What is to be expected of it. */
	readonly expected?: PartExpected;
	/** Hosts that were looked at and do not take the guest. */
	readonly rejected?: readonly Rejected[];
	/** Of a part that a plan has chosen: why the step could not have chosen it. It is not done. */
	readonly refused?: string;
};

/** A move that a plan has chosen: all that is taken from the plan. */
export type ChosenMove = {
	/** Its name. */
	readonly guest: string;
	readonly uuid: string;
	readonly to: string;
	/** The host that it is done on, where that is not the task's. */
	readonly on?: string;
};

/** Counted from the start of the first part. */
export type PartExpected = {
	readonly startMs: number;
	readonly durationMs: number;
	readonly bytes: number;
	readonly pauseMs: number;
	/** The limit that holds it first. */
	readonly waitsFor?: string;
	/** The guest was seen to change its memory faster than it is sent. */
	readonly endless?: boolean;
	/** It is expected to be given up: why, when and how. */
	readonly timeout?: Timeout;
};

export type Rejected = {readonly host: string; readonly reason: string};

/** A step that is many: it chooses the work, and each part of it succeeds or fails by itself. */
export type CompositeStep<Params = never> = StepCommon<Params> & {
	readonly kind: 'composite';
	/** `true`: it empties the host, and meanwhile nothing goes there. `false`: it fills the host again. */
	readonly drainsHost?: boolean;
	/** A part that fails is tried again while others succeed. With `true` for its parameters, its failure is a warning. */
	bestEffort?(params: Params): boolean;
	/**
	 * Pure: the parts, and who stays. With `chosen` exactly these parts in their order, each made as it would have been
	 * without; what the step could not have chosen is `refused`.
	 */
	expand(params: Params, at: PlanContext, facts: Facts, chosen?: readonly ChosenMove[]): Expansion;
	/** Guests on the host now, for a step whose parts a plan has chosen: who is not among them was not planned. */
	unplanned?(params: Params, at: PlanContext, facts: Facts): readonly GuestStaying[];
	/** When no more of its parts are begun, as too many have failed. */
	bounds?(params: Params): PartBounds;
};

/** What a step that is many bears. */
export type PartBounds = {
	/** So many failures, one after the other. */
	readonly inARow?: number | undefined;
	/** More than this part of all, from 0 to 100. */
	readonly percent?: number | undefined;
};

export type Expansion = {
	readonly parts: readonly Part[];
	/** How many parts that claim a name may run at once. */
	readonly limits: Readonly<Record<string, number>>;
	/** Guests that stay, with the reason and what would help. */
	readonly left: readonly GuestStaying[];
	/** What stands against nothing, and is worth a look. */
	readonly warnings?: readonly Warning[];
};

export type Warning = {readonly about: string; readonly text: string; readonly remedy: string};

export type GuestStaying = {
	readonly guest: string;
	readonly reason: string;
	readonly remedy: string;
	/** It should have moved: the task has failed when all that can move have moved. */
	readonly fails: boolean;
	readonly rejected?: readonly Rejected[];
};
