import type {Inventory} from '../inventory/inventory.ts';
import type {Decisions} from '../plan/document/decisions.ts';
import type {TagChoice} from '../plan/tags.ts';
import type {Learned} from '../plan/variables.ts';
import type {Playbook} from '../playbook/model.ts';
import type {ChosenMove, GuestMove, Json, Peer, Step, WhyNotNow} from '../steps/step.ts';
import type {PlannedStep} from './action/perform.ts';
import type {World} from './context.ts';
import type {ExecutionOverrides} from './execution-overrides.ts';
import type {ActionExecutor} from './executor.ts';
import {ConcurrencyLimits} from './limits.ts';
import {PerformExecutor} from './perform-executor.ts';
import type {Emit, Journal, Origin, Resolution, RunProvenance} from './ports.ts';
import type {ActionRecord, JournalReplay} from './recovery/replay.ts';

/** The input of a run. */
export type RunInput = {
	/** The run’s name. */
	readonly run: string;
	readonly playbook: Playbook;
	readonly inventory: Inventory;
	readonly steps: ReadonlyMap<string, Step>;
	/** Variables from the command line. */
	readonly given: Readonly<Record<string, unknown>>;
	readonly world: World;
	readonly journal: Journal;
	readonly emit: Emit;
	/** Maximum number of hosts that run a task concurrently. */
	readonly forks: number;
	/** The hosts selected by --limit, and the pattern. Default: all. */
	readonly limit?: {readonly pattern: string; readonly hosts: ReadonlySet<string>};
	/** The selected tags. Default: as in Ansible. */
	readonly tags?: TagChoice;
	/** Executes the actions. Default: performs them. */
	readonly executor?: ActionExecutor;
	/** The decisions of a plan, which are binding. */
	readonly decisions?: Decisions;
	/** The overrides of the current task. */
	readonly overrides?: ExecutionOverrides;
	/** How many -v the operator has given. Default: 0. */
	readonly verbosity?: number;
	/** Prompts the operator before each task, if set. */
	readonly ask?: (task: string) => Promise<'yes' | 'no' | 'all'>;
	/** Random numbers from 0 to 1, for the order `shuffle` and for waits before retries. */
	readonly random?: () => number;
	readonly peer: (host: string) => Peer | undefined;
	/** The hosts that match a pattern. Throws InputError if none match. */
	readonly hostsOf: (pattern: string) => readonly string[];
	/** A short mark for the files of an action, unique for each action of each run. */
	readonly mark: (actionId: string) => string;
	/** The journal of the run that is being resumed. */
	readonly before?: JournalReplay;
	/** What an operator reports about its actions whose outcome is unknown. */
	readonly resolutions?: readonly Resolution[];
	/** The invocation, for the journal. */
	readonly call?: Json;
	/** Who started or resumed the run, for the journal. */
	readonly origin?: Origin;
	/** Why a move of this duration may not start now according to the policy; windows of tasks apply as well. */
	readonly whyNotNow?: WhyNotNow;
	/** The policy requires approvals, so approvers have reviewed the destinations of the plan. */
	readonly areDestinationsApproved?: true;
	/** What a new run rests on: goes into its journal. */
	readonly provenance?: RunProvenance;
	/**
	 * Locks these hosts against other runs for the lifetime of this one.
	 *
	 * @throws StepError if another run has locked one of them.
	 */
	readonly hold?: (hosts: readonly string[]) => Promise<void>;
	/** Fires when the run must stop. */
	readonly signal: AbortSignal;
	/** Fires when undo must stop as well. */
	readonly undoSignal: AbortSignal;
};

/** A completed action that can still be undone. */
export type FinishedAction = {
	readonly planned: PlannedStep;
	readonly receipt: unknown;
	readonly title: string;
	/** The overrides of its task, which also apply to undo. */
	readonly world: World;
};

/** A move that failed, and the host that the guest should have left. */
export type FailedMove = ChosenMove & {readonly host: string};

/** The mutable state of a run. */
export type RunState = {
	readonly input: RunInput;
	readonly executor: ActionExecutor;
	readonly learned: Map<string, Learned>;
	/** In a rehearsal: the variables of each host that a `rescue` may set. */
	readonly rescueNames: Map<string, Set<string>>;
	/** Completed actions of each host, in order. */
	readonly done: Map<string, FinishedAction[]>;
	/** Failed hosts, which run no more tasks. */
	readonly out: Set<string>;
	/** Actions completed by the interrupted run, which are not repeated. */
	readonly finished: Map<string, ActionRecord>;
	/** Actions that a person has said to leave as they are, and why. */
	readonly leftOut: Map<string, string>;
	/** Hosts that are being evacuated, which are not destinations. */
	readonly emptying: Set<string>;
	/** The successful moves, in order. */
	readonly moved: GuestMove[];
	/** The moves that were begun and failed, by the UUID of the guest: a later evacuation of the host tries them again. */
	readonly failedMoves: Map<string, FailedMove>;
	/** The limits for all moves of the run. */
	readonly limits: ConcurrencyLimits;
	/** How often each action was started, since a handler may run again. */
	readonly begun: Map<string, number>;
	readonly verdict: {
		stuck: boolean;
		changed: boolean;
		tried: boolean;
		/** Whether the operator is still prompted before each task. */
		asking: boolean;
		readonly irreversible: string[];
	};
};

/** The initial state of a run. */
export function newState(input: RunInput): RunState {
	return {
		input,
		executor: input.executor ?? new PerformExecutor(),
		learned: new Map(),
		rescueNames: new Map(),
		done: new Map(),
		out: new Set(),
		begun: new Map(),
		emptying: new Set(),
		moved: [],
		failedMoves: new Map(),
		limits: new ConcurrencyLimits({}),
		finished: new Map(),
		leftOut: new Map(),
		verdict: {stuck: false, changed: false, tried: false, asking: true, irreversible: []},
	};
}

/** The result of a task, or of one of its actions, for a host. */
export type TaskEnd = 'ok' | 'failed' | 'stuck' | 'interrupted';

/** Whether anything more may start. */
export function mayContinue({input, verdict}: RunState): boolean {
	return !input.signal.aborted && !verdict.stuck;
}
