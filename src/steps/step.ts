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

/** What the playbook asks one step to do on one host. Pure data. */
export type PlanContext = {
	/** The host that the task runs on, by its inventory name. */
	readonly host: string;
	/** The address at which another host reaches `name` for migrations: see `docs/inventory.md`. */
	readonly peer: (name: string) => Peer | undefined;
	/** The hosts that a pattern names, in the inventory's order. Throws InputError for one that names none. */
	readonly hosts: (pattern: string) => readonly string[];
	/** Hosts that are being emptied now: none of them is a destination. */
	readonly emptying: ReadonlySet<string>;
	/** The moves of this run that have ended well, in their order. */
	readonly moved: readonly GuestMove[];
	/** A short name, the same for the same plan, that marks what this action creates on a host. */
	readonly mark: string;
};

/** How one host reaches another for a migration. */
export type Peer = {
	readonly host: string;
	/** Name or address, for `--migrateuri`. */
	readonly address: string;
	/** The libvirt URI at which the source's daemon reaches this host, for a peer-to-peer migration. */
	readonly uri: string;
	/** The address on which it listens for migrations, if not on all. */
	readonly listen?: string;
	/** The only port at which it takes in disks: those of one guest at a time. */
	readonly disksPort?: number;
	/** Hosts of one zone fail together. */
	readonly zone?: string;
	/** The speed of its link for migrations, where the inventory says it. */
	readonly bytesPerSecond?: number;
};

/** Where a move stands. Every figure is left out while it is not known. */
export type Progress = {
	readonly phase: 'prepare' | 'disks' | 'memory' | 'verify';
	/** 0 to 100, of the bytes known so far. */
	readonly percent?: number;
	readonly bytesPerSecond?: number;
	readonly remainingBytes?: number;
	readonly totalBytes?: number;
	readonly dirtyBytesPerSecond?: number;
	readonly iteration?: number;
	/** How much the guest's CPUs are held back, so that it changes less memory. */
	readonly throttlePercent?: number;
};

/** What `apply`, `verify` and `undo` may use. Nothing else reaches a host. */
export type StepContext = {
	readonly signal: AbortSignal;
	/**
	 * Runs a command that must exit with 0.
	 *
	 * @throws CommandError when it did not, ConnectionLostError when its outcome is unknown, UnreachableError when it
	 * was not run at all, InterruptedError when the run was told to stop.
	 */
	run(command: Command, options?: RunOptions): Promise<Outcome>;
	/**
	 * Runs a command that may fail and gives its outcome: exited, killed or out of time.
	 *
	 * @throws ConnectionLostError, UnreachableError and InterruptedError, as `run`.
	 */
	attempt(command: Command, options?: RunOptions): Promise<Outcome>;
	/** Reads facts afresh. */
	facts(requests: readonly FactRequest[]): Promise<Facts>;
	/**
	 * Opens a way from a socket of one host to a socket of another. Who opens it closes it.
	 *
	 * @throws UnreachableError, CommandError, and InterruptedError, as `run`.
	 */
	relay(way: RelayEndpoints): Promise<OpenRelay>;
	/** Forgets the connections to a host, which has gone or is about to: the next command connects anew. */
	reconnect(host: string): Promise<void>;
	/** Tells how far it is. Free to call often. */
	progress(progress: Progress): void;
	/** Shows a sentence to whoever looks on. */
	tell(text: string): void;
	/**
	 * Asks whoever looks on, and gives the answer. What is typed is shown unless it is secret.
	 *
	 * @throws StepError when nobody can be asked.
	 */
	ask(question: string, kind: 'shown' | 'secret'): Promise<string>;
	/** Waits; ends early, with InterruptedError, when the run is told to stop. */
	sleep(milliseconds: number): Promise<void>;
	/** A clock for durations, in milliseconds. */
	now(): number;
};

/** A file of a host. */
export type CreatedFile = {readonly host: string; readonly path: string};

/**
 * The result that `register` keeps, with Ansible's names where it has them. With `failed: true` the action has failed
 * unless the task's `failed_when` says otherwise; `msg` says why, and `remedies`, a list of texts, what helps.
 */
export type Result = {readonly [key: string]: Json | undefined};

/** What a move of a guest came to, for the recap. */
export type GuestMove = {
	readonly guest: string;
	readonly uuid: string;
	readonly from: string;
	readonly to: string;
	readonly bytes?: number;
	readonly downtimeMs?: number;
	/** Kept copies that it has left behind: device, inode and time of birth of each, and what it takes. */
	readonly kept?: readonly {readonly path: string; readonly identity: string; readonly bytes?: number}[];
};

/** Where a guest is: on one host for certain, or in words. */
export type GuestLocation = {readonly host?: string; readonly text: string};

/** Images on a host: how many bytes stay as kept copies, are deleted after the move, or are replaced by new images. */
export type ImageFate = {
	readonly on: string;
	readonly becomes: 'kept' | 'deleted' | 'replaced';
	readonly bytes: number;
};

/** What cannot be said together. */
export type Contradiction = {
	/** The parameter to point at; one inside another as `migrate/zerocopy`. */
	readonly at: string;
	readonly message: string;
	readonly hint?: string;
};

type Common<Params> = {
	/** The key a task names it by. */
	readonly name: string;
	readonly summary: string;
	/** Text for `vacate doc`: what it does to a guest, and a few examples. */
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	/** The parameter that a bare string stands for: `debug: hello` is `debug: {msg: hello}`. */
	readonly short?: string;
	/** The parameter whose texts are conditions, written without {{ }}. */
	readonly conditions?: string;
	/** The parameter whose text is an expression, written without {{ }}. */
	readonly expression?: string;
	/** The parameter that names a text file beside the playbook, and the one that its text is for. */
	readonly source?: {readonly param: string; readonly into: string};
	/** Parameters whose texts may be secret. */
	readonly secrets?: readonly string[];
	/** Done once for all hosts of a play. */
	readonly once?: true;
	/** Waits for what is still to come: nothing that is planned ahead does it. */
	readonly waits?: true;
	/**
	 * Pure: what of the parameters does not go together. They are as the schema wants them, but for expressions, whose values
	 * are not known yet: `isOpen` tells these.
	 */
	contradictions?(
		params: Readonly<Record<string, unknown>>,
		isOpen: (value: unknown) => boolean,
	): readonly Contradiction[];
	/** The facts it plans from, as far as they can be named with the facts there are. Asked again until it adds none. */
	needs(params: Params, at: PlanContext, facts: Facts): readonly FactRequest[];
	/** Can it do without this when it cannot be read? Without this it can do without nothing. */
	isOptional?(request: FactRequest, at: PlanContext): boolean;
};

/** A step that does something: its contract and its laws are in `docs/architecture.md`. */
export type ActionStep<Params = never, Action = never, Receipt = never> = Common<Params> & {
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
export type CompositeStep<Params = never> = Common<Params> & {
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
	/** Pure: why a part that takes so long may not begin at this time; undefined when it may. */
	readonly whyNotNow?: WhyNotNow;
};

/** @param now Milliseconds since 1970. */
export type WhyNotNow = (now: number, durationMs: number) => string | undefined;

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

/** Any step, its types forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds steps of every type; `defineStep` has checked each.
export type Step = ActionStep<any, any, any> | CompositeStep<any>;

/** Checks a step's shape against the types that its schema and its plan imply. */
export function defineStep<const Schema extends JSONSchema, Action, Receipt>(
	step: {readonly params: Schema} & ActionStep<FromSchema<Schema>, Action, Receipt>,
): ActionStep<FromSchema<Schema>, Action, Receipt> {
	return step;
}

/** The same for a composite step. */
export function defineComposite<const Schema extends JSONSchema>(
	step: {readonly params: Schema} & CompositeStep<FromSchema<Schema>>,
): CompositeStep<FromSchema<Schema>> {
	return step;
}
