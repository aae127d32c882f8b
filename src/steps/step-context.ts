import type {FactRequest, Facts} from '../facts/facts.ts';
import type {Command} from '../shell/command.ts';
import type {OpenRelay, RelayEndpoints} from '../shell/relay.ts';
import type {Outcome, RunOptions} from '../shell/shell.ts';
import type {GuestMove} from './step-result.ts';

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
	/** Approvers have reviewed the destinations of the plan: no other is chosen unless the playbook allows it explicitly. */
	readonly areDestinationsApproved?: true;
	/** How many -v the operator has given. Default: 0. */
	readonly verbosity?: number;
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
	/** The address on which graphics of guests listen on this host, in place of an address of another host. */
	readonly graphicsListen?: string;
	/** Networks and devices of other hosts by name, and their names on this host. */
	readonly networkMap?: Readonly<Record<string, string>>;
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
