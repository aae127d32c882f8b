import type {Inventory} from '../inventory/inventory.ts';
import type {Decisions} from '../plan/document/decisions.ts';
import type {TagChoice} from '../plan/tags.ts';
import type {Learned} from '../plan/variables.ts';
import type {Playbook} from '../playbook/model.ts';
import type {GuestMove, Json, Peer, Step, WhyNotNow} from '../steps/step.ts';
import type {PlannedStep} from './action/perform.ts';
import type {World} from './context.ts';
import type {ExecutionOverrides} from './execution-overrides.ts';
import type {ActionExecutor} from './executor.ts';
import {ConcurrencyLimits} from './limits.ts';
import {PerformExecutor} from './perform-executor.ts';
import type {Emit, Journal, Origin, RunProvenance} from './ports.ts';
import type {ActionRecord, JournalReplay} from './recovery/replay.ts';

/** What a run is given. */
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
	/** How many hosts work at a task at once. */
	readonly forks: number;
	/** The only hosts that take part, and the pattern that names them. All when left out. */
	readonly limit?: {readonly pattern: string; readonly hosts: ReadonlySet<string>};
	/** Which tasks are done. Those that Ansible does by default when left out. */
	readonly tags?: TagChoice;
	/** Executes the actions: for real when left out. */
	readonly executor?: ActionExecutor;
	/** What a plan has decided: nothing else is done. */
	readonly decisions?: Decisions;
	/** How the task that is done now reaches its host. */
	readonly overrides?: ExecutionOverrides;
	/** Asks a person before each task. Nobody is asked when left out. */
	readonly ask?: (task: string) => Promise<'yes' | 'no' | 'all'>;
	/** From 0 to 1: for the order `shuffle`, and for how long is waited before something is tried again. */
	readonly random?: () => number;
	readonly peer: (host: string) => Peer | undefined;
	/** The hosts of a pattern. Throws InputError for one that names none. */
	readonly hostsOf: (pattern: string) => readonly string[];
	/** Names what an action makes on a host: short, and different for each action of each run. */
	readonly mark: (actionId: string) => string;
	/** What the journal says of a run that died: this one goes on with it. */
	readonly before?: JournalReplay;
	/** How the run was called: goes into its journal. */
	readonly call?: Json;
	/** Who has begun it, or goes on with it: goes into its journal. */
	readonly origin?: Origin;
	/** Why no move that takes so long may begin now, beside what tasks say: a window of the policy. */
	readonly whyNotNow?: WhyNotNow;
	/** What a new run rests on: goes into its journal. */
	readonly provenance?: RunProvenance;
	/**
	 * Makes sure that no other run changes these hosts as long as this one lives.
	 *
	 * @throws StepError when another run does.
	 */
	readonly hold?: (hosts: readonly string[]) => Promise<void>;
	/** Fires when the run shall stop. */
	readonly signal: AbortSignal;
	/** Fires when even the undoing shall stop. */
	readonly undoSignal: AbortSignal;
};

/** A finished action that can still be taken back. */
export type FinishedAction = {
	readonly planned: PlannedStep;
	readonly receipt: unknown;
	readonly title: string;
	/** How its task reached the host: it is taken back in the same way. */
	readonly world: World;
};

/** What changes while a run goes on. */
export type RunState = {
	readonly input: RunInput;
	readonly executor: ActionExecutor;
	readonly learned: Map<string, Learned>;
	/** For each host, what was done for it, in order. */
	readonly done: Map<string, FinishedAction[]>;
	/** Hosts that have failed: nothing more is done for them. */
	readonly out: Set<string>;
	/** What a run that died had finished, by its action: it is not done again. */
	readonly finished: Map<string, ActionRecord>;
	/** Hosts that are being emptied: none of them is a destination meanwhile. */
	readonly emptying: Set<string>;
	/** The moves that have ended well, in their order. */
	readonly moved: GuestMove[];
	/** What all moves of the run count against. */
	readonly limits: ConcurrencyLimits;
	/** How often each action has been begun: a handler may run again. */
	readonly begun: Map<string, number>;
	readonly verdict: {
		stuck: boolean;
		changed: boolean;
		tried: boolean;
		/** Whether a person is still asked before each task. */
		asking: boolean;
		readonly irreversible: string[];
	};
};

/** How a run begins. */
export function newState(input: RunInput): RunState {
	return {
		input,
		executor: input.executor ?? new PerformExecutor(),
		learned: new Map(),
		done: new Map(),
		out: new Set(),
		begun: new Map(),
		emptying: new Set(),
		moved: [],
		limits: new ConcurrencyLimits({}),
		finished: new Map(),
		verdict: {stuck: false, changed: false, tried: false, asking: true, irreversible: []},
	};
}

/** How a task, or one action of it, ended for a host. */
export type TaskEnd = 'ok' | 'failed' | 'stuck' | 'interrupted';

/** May anything more begin? */
export function mayContinue({input, verdict}: RunState): boolean {
	return !input.signal.aborted && !verdict.stuck;
}
