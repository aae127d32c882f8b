import type {FactRequest, Facts} from '../facts/facts.ts';
import type {Command} from '../shell/command.ts';
import type {OpenRelay, RelayEndpoints} from '../shell/relay.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';
import type {GuestMove} from './step-result.ts';

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
