import type {GuestStaying, Json, PartExpected, Rejected, Warning} from '../../steps/step.ts';
import type {Reversibility} from './rehearsed.ts';

/** The version of the format; another one is not read. */
export const planVersion = 1;

/**
 * A whole plan, as it stands in its file. Data without choices, in an order that only what is planned decides: a diff of
 * two files is a review.
 */
export type Plan = {
	readonly vacate_plan: typeof planVersion;
	readonly made_by: string;
	readonly made_from: Sources;
	readonly expected: Expected;
	readonly hosts: readonly HostUse[];
	/** Every guest that was looked at, as the plan found it. */
	readonly guests: readonly GuestFound[];
	readonly tasks: readonly PlannedTask[];
	/** In the order in which they begin, if nothing waits longer than expected. */
	readonly actions: readonly PlannedAction[];
	/** What steps that are many have chosen. */
	readonly choices: readonly Choice[];
	readonly left: readonly GuestLeft[];
	/** What is asked for and is so already, or is not asked for as things stand. */
	readonly nothing_to_do: readonly NotDone[];
	readonly decided_at_run_time: readonly Undecided[];
	/** What would fail: while there are any, not all of the playbook is done. */
	readonly problems: readonly PlanProblem[];
};

/** A plan and the digest that proves that nobody has changed it. */
export type SealedPlan = Plan & {readonly seal: string};

export type Sources = {
	readonly playbook: string;
	readonly inventories: readonly string[];
	readonly extra_vars: readonly string[];
	readonly limit?: string;
	readonly tags?: readonly string[];
	readonly skip_tags?: readonly string[];
	readonly start_at_task?: string;
	/** Of the playbook’s files, of what the inventory comes to, of the variables given, and of what hosts said. */
	readonly digests: {
		readonly playbook: string;
		readonly inventory: string;
		readonly variables: string;
		readonly facts: string;
	};
};

export type Expected = {
	readonly guests: number;
	readonly bytes: number;
	readonly seconds: number;
	readonly longest_pause_ms: number;
	readonly assuming: string;
	/** The time that was asked about, and who would end after it. */
	readonly window?: {readonly seconds: number; readonly leave_out: readonly string[]};
};

export type HostUse = {
	readonly host: string;
	/** All its memory; left out where nobody asked. */
	readonly memory_kib?: number;
	readonly before: GuestsThere;
	readonly after: GuestsThere;
};

/** The guests that run on a host, by name. */
export type GuestsThere = {readonly memory_kib: number; readonly guests: readonly string[]};

export type GuestFound = {
	readonly guest: string;
	readonly uuid: string;
	readonly host: string;
	readonly state: string;
	readonly memory_kib: number;
	readonly vcpus?: number;
	readonly machine?: string;
	readonly disks?: readonly DiskFound[];
};

export type DiskFound = {
	readonly target: string;
	readonly path?: string;
	readonly format: string;
	readonly size_bytes?: number;
	readonly data_bytes?: number;
};

export type PlannedTask = {readonly task: string; readonly step: string; readonly play: string; readonly name: string};

export type PlannedAction = {
	/** `play1.task1@kvm1#web1`. */
	readonly id: string;
	/** Set by a reviewer, with a reason: it is not done. */
	readonly skip?: string;
	readonly task: string;
	readonly host: string;
	readonly step: string;
	readonly title: string;
	readonly guest?: string;
	readonly uuid?: string;
	readonly to?: string;
	/** It only looks. */
	readonly reads?: true;
	readonly expected?: ActionExpected;
	/** What is run, word by word, in this order. */
	readonly commands: readonly PlannedCommand[];
	readonly undo: Reversibility;
	/** What a reviewer should know before it is done. */
	readonly warnings?: readonly string[];
	readonly action: Json;
};

export type PlannedCommand = {readonly on: string; readonly run: string};

export type ActionExpected = {
	readonly starts_after_seconds: number;
	readonly seconds: number;
	readonly bytes: number;
	readonly pause_ms: number;
	/** The limit that it waits for. */
	readonly waits_for?: string;
	/** The guest was seen to change its memory faster than it is sent: the move does not end by itself. */
	readonly endless?: boolean;
	/** It is expected not to end in the time that the playbook gives it, and what is done then. */
	readonly timeout?: ExpectedTimeout;
};

export type ExpectedTimeout = {
	readonly phase: 'disks' | 'memory';
	readonly cause: 'deadline' | 'stall';
	/** Counted from the beginning of the phase. */
	readonly after_seconds: number;
	readonly action: 'abort' | 'suspend' | 'postcopy';
};

export type Choice = {
	readonly id: string;
	readonly step: string;
	readonly limits: Readonly<Record<string, number>>;
	readonly parts: readonly ChosenPart[];
	readonly left: readonly GuestStaying[];
	readonly warnings: readonly Warning[];
};

export type ChosenPart = {
	readonly id: string;
	readonly step: string;
	readonly guest: string;
	readonly to: string;
	readonly claims: readonly string[];
	readonly weight?: number;
	readonly on?: string;
	readonly expected?: PartExpected;
	readonly rejected?: readonly Rejected[];
	readonly params: Json;
};

export type GuestLeft = GuestStaying & {readonly host: string};

export type NotDone = {
	readonly id: string;
	readonly host: string;
	readonly title: string;
	readonly reason: string;
};

export type Undecided = {readonly task: string; readonly name: string; readonly reason: string};

export type PlanProblem = {
	readonly id: string;
	readonly host: string;
	readonly title: string;
	readonly message: string;
	readonly remedies: readonly string[];
};
