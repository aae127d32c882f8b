import type {FromSchema, JSONSchema} from 'json-schema-to-ts';
import type {FactRequest, Facts} from '../facts/facts.ts';
import type {Effect} from '../facts/foreseen.ts';
import type {Timeout} from '../schedule/predict.ts';
import type {Command} from '../shell/command.ts';
import type {OpenRelay, RelayEndpoints} from '../shell/relay.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';
import type {Drift} from './drift.ts';
import type {Json} from './json.ts';
import type {MoveLoad} from './move-load.ts';

export type {Json};

/** The context in which a step plans an action on one host. Pure data. */
export type PlanContext = {
	/** The host that the task runs on, by its inventory name. */
	readonly host: string;
	/** The address at which another host reaches `name` for migrations: see `docs/inventory.md`. */
	readonly peer: (name: string) => Peer | undefined;
	/** The hosts that match a pattern, in the order of the inventory. Throws InputError if none match. */
	readonly hosts: (pattern: string) => readonly string[];
	/** Hosts that are being evacuated, which are not destinations. */
	readonly emptying: ReadonlySet<string>;
	/** The successful moves of this run, in order. */
	readonly moved: readonly GuestMove[];
	/** A short name, stable for the same plan, that marks the files created by this action. */
	readonly mark: string;
};

/** How one host reaches another for a migration. */
export type Peer = {
	readonly host: string;
	/** Name or address, for `--migrateuri`. */
	readonly address: string;
	/** The libvirt URI with which the source's daemon connects to this host in a peer-to-peer migration. */
	readonly uri: string;
	/** The address on which the host listens for migrations, if not on all. */
	readonly listen?: string;
	/** A fixed port for incoming disks, which allows only one guest at a time. */
	readonly disksPort?: number;
	/** Hosts of one zone fail together. */
	readonly zone?: string;
	/** The speed of its migration link, if set in the inventory. */
	readonly bytesPerSecond?: number;
};

/** The progress of a move. Unknown values are omitted. */
export type Progress = {
	readonly phase: 'prepare' | 'disks' | 'memory' | 'verify';
	/** 0 to 100, of the bytes known so far. */
	readonly percent?: number;
	readonly bytesPerSecond?: number;
	readonly remainingBytes?: number;
	readonly totalBytes?: number;
	readonly dirtyBytesPerSecond?: number;
	readonly iteration?: number;
	/** How much the guest's CPUs are throttled, so that it dirties less memory. */
	readonly throttlePercent?: number;
};

/** What `apply`, `verify` and `undo` may use. They have no other access to hosts. */
export type StepContext = {
	readonly signal: AbortSignal;
	/**
	 * Runs a command that must exit with 0.
	 *
	 * @throws CommandError if it did not, ConnectionLostError if its outcome is unknown, UnreachableError if it
	 * was not run, InterruptedError if the run is being stopped.
	 */
	run(command: Command, options?: RunOptions): Promise<Outcome>;
	/**
	 * Runs a command that may fail, and returns its outcome: exited, killed or timed out.
	 *
	 * @throws ConnectionLostError, UnreachableError and InterruptedError, as `run`.
	 */
	attempt(command: Command, options?: RunOptions): Promise<Outcome>;
	/** Reads facts again, without a cache. */
	facts(requests: readonly FactRequest[]): Promise<Facts>;
	/**
	 * Opens a relay from a socket on one host to a socket on another. The caller must close it.
	 *
	 * @throws UnreachableError, CommandError, and InterruptedError, as `run`.
	 */
	relay(way: RelayEndpoints): Promise<OpenRelay>;
	/** Drops the connections to a host that has rebooted or is about to: the next command connects again. */
	reconnect(host: string): Promise<void>;
	/** Reports progress. May be called often. */
	progress(progress: Progress): void;
	/** Shows a message to the operator. */
	tell(text: string): void;
	/**
	 * Prompts the operator and returns the answer. The input is echoed unless it is secret.
	 *
	 * @throws StepError if there is no terminal.
	 */
	ask(question: string, kind: 'shown' | 'secret'): Promise<string>;
	/** Waits. Throws InterruptedError if the run is being stopped. */
	sleep(milliseconds: number): Promise<void>;
	/** A monotonic clock, in milliseconds. */
	now(): number;
};

/** A file on a host. */
export type CreatedFile = {readonly host: string; readonly path: string};

/**
 * The result for `register`, with Ansible's names where they exist. With `failed: true`, the action has failed
 * unless `failed_when` of the task decides otherwise; `msg` is the reason, and `remedies` a list of remedies.
 */
export type Result = {readonly [key: string]: Json | undefined};

/** The result of a move, for the recap. */
export type GuestMove = {
	readonly guest: string;
	readonly uuid: string;
	readonly from: string;
	readonly to: string;
	readonly bytes?: number;
	readonly downtimeMs?: number;
	/** Kept copies that the guest left behind: device, inode and birth time of each, and its size on disk. */
	readonly kept?: readonly {readonly path: string; readonly identity: string; readonly bytes?: number}[];
};

/** Where a guest is: a host if it is certain, and a description. */
export type GuestLocation = {readonly host?: string; readonly text: string};

/** Images on a host: how many bytes stay as kept copies, are deleted after the move, or are replaced by new images. */
export type ImageFate = {
	readonly on: string;
	readonly becomes: 'kept' | 'deleted' | 'replaced';
	readonly bytes: number;
};

/** Parameters that contradict each other. */
export type Contradiction = {
	/** The parameter to report; nested parameters as `migrate/zerocopy`. */
	readonly at: string;
	readonly message: string;
	readonly hint?: string;
};

type Common<Params> = {
	/** The key of the step in a task. */
	readonly name: string;
	readonly summary: string;
	/** Examples for `vacate doc`. */
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	/** The parameter that is set by a bare string: `debug: hello` is `debug: {msg: hello}`. */
	readonly short?: string;
	/** The parameter whose strings are conditions, written without {{ }}. */
	readonly conditions?: string;
	/** The parameter whose string is an expression, written without {{ }}. */
	readonly expression?: string;
	/** The parameter with the path of a text file, relative to the playbook, and the parameter that receives its content. */
	readonly source?: {readonly param: string; readonly into: string};
	/** Parameters whose values may be secret. */
	readonly secrets?: readonly string[];
	/** Executed once for all hosts of a play. */
	readonly once?: true;
	/** Waits for an event. It is not executed in a rehearsal. */
	readonly waits?: true;
	/**
	 * Pure: contradictions among the parameters, which match the schema except for expressions whose values
	 * are not known yet, as `isOpen` reports.
	 */
	contradictions?(
		params: Readonly<Record<string, unknown>>,
		isOpen: (value: unknown) => boolean,
	): readonly Contradiction[];
	/** The facts required for planning, given the facts known so far. Called again until it adds none. */
	needs(params: Params, at: PlanContext, facts: Facts): readonly FactRequest[];
	/** Whether planning can continue without this fact if it cannot be read. Default: no. */
	isOptional?(request: FactRequest, at: PlanContext): boolean;
};

/** A step that performs actions. Its contract and laws are in `docs/architecture.md`. */
export type ActionStep<Params = never, Action = never, Receipt = never> = Common<Params> & {
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
				readonly settles?: true;
		  }
		| {readonly irreversible: string}
	);

/** The reason why there is nothing to do. */
export type Skip = {readonly skip: string};

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
export type CompositeStep<Params = never> = Common<Params> & {
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
};

export type Expansion = {
	readonly parts: readonly Part[];
	/** The maximum number of concurrent parts for each claimed name. */
	readonly limits: Readonly<Record<string, number>>;
	/** Guests that stay, with reason and remedy. */
	readonly left: readonly GuestStaying[];
	/** Findings that block nothing. */
	readonly warnings?: readonly Warning[];
};

export type Warning = {readonly about: string; readonly text: string; readonly remedy: string};

export type GuestStaying = {
	readonly guest: string;
	readonly reason: string;
	readonly remedy: string;
	/** The guest should have moved: the task fails after all possible moves. */
	readonly fails: boolean;
	readonly rejected?: readonly Rejected[];
};

/** Any step, without its types. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds steps of every type; `defineStep` has checked each.
export type Step = ActionStep<any, any, any> | CompositeStep<any>;

/** Checks a step against the types implied by its schema and its plan. */
export function defineStep<const Schema extends JSONSchema, Action, Receipt>(
	step: {readonly params: Schema} & ActionStep<FromSchema<Schema>, Action, Receipt>,
): ActionStep<FromSchema<Schema>, Action, Receipt> {
	return step;
}

/** Checks a composite step against the types implied by its schema. */
export function defineComposite<const Schema extends JSONSchema>(
	step: {readonly params: Schema} & CompositeStep<FromSchema<Schema>>,
): CompositeStep<FromSchema<Schema>> {
	return step;
}
