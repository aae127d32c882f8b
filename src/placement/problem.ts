import type {AffinityRule, ClusterGuest, ClusterHost, PlacementRequest} from './cluster.ts';
import type {LineOf} from './links.ts';
import type {StayReason} from './migration-modes.ts';

/**
 * The cluster with indices instead of names and everything sorted, so that the result does not depend on the order of
 * the input and a candidate takes only a few nanoseconds.
 */
export type PlacementProblem = {
	/** Sorted by name. All other arrays about hosts use the same index. */
	readonly hosts: readonly ClusterHost[];
	/** The hosts that may receive guests. */
	readonly open: Int32Array;
	readonly memoryKib: Float64Array;
	readonly cpus: Float64Array;
	/** The memory that guests use where they are now. */
	readonly usedKib: Float64Array;
	readonly usedCpus: Float64Array;
	/** The memory of each guest that stays, by host. */
	readonly residents: readonly (readonly number[])[];
	readonly pools: readonly {readonly host: number; readonly path: string; readonly freeBytes: number}[];
	readonly units: readonly Unit[];
	readonly rules: readonly CountedRule[];
	/** Requested guests that cannot move, with the reason. */
	readonly stays: readonly {readonly guest: ClusterGuest; readonly stay: StayReason}[];
	readonly lineOf: LineOf;
	readonly headroom: PlacementRequest['headroom'];
	/** The total memory for guests on all open hosts; with headroom, without the largest host. */
	readonly budgetKib: number;
};

/** Guests that can only move together; usually a single one. */
export type Unit = {
	readonly index: number;
	/** Sorted by ID. */
	readonly guests: readonly ClusterGuest[];
	/** The current host of each guest, and what it uses there. */
	readonly homes: readonly Home[];
	readonly memoryKib: number;
	/** The memory that it does not use on open hosts yet. */
	readonly comingKib: number;
	readonly cpus: number;
	readonly spaceBytes: number;
	/** The highest priority of its guests. */
	readonly priority: number;
	/** The open hosts that only capacity and other guests can rule out. */
	readonly hosts: Int32Array;
	/** Whether no host of the list could hold it, even without other units. */
	readonly isHopeless: boolean;
	readonly needs: readonly SpaceNeed[];
	readonly memberships: readonly Membership[];
	/**
	 * The hosts where hard `together` rules require it to be, because guests that stay are there; undefined: no such
	 * rule.
	 */
	readonly anchor: Anchor | undefined;
	/** Whether some of its guests have preferred hosts or may have to be stopped. */
	readonly hasPreferences: boolean;
};

/** A unit whose possible hosts are not known yet. */
export type UnitDraft = Omit<Unit, 'hosts' | 'isHopeless'>;

export type Home = {readonly host: number; readonly memoryKib: number; readonly cpus: number};

/** The hosts of guests that stay and that a rule requires this unit to share; more than one is impossible. */
export type Anchor = {readonly rule: string; readonly hosts: readonly number[]};

/** Space for images at a path. */
export type SpaceNeed = {
	/** The index of a pool for each host, -1 if none contains the path. */
	readonly poolAt: Int32Array;
	/** 1 for each host that has the shared storage and needs no copy; undefined: none has. */
	readonly seenAt: Uint8Array | undefined;
	readonly path: string;
	readonly bytes: number;
	/** Every open host has a pool for it or shares the disk. */
	readonly everywhere: boolean;
};

/** The number of a unit's guests under a rule, and their current hosts. */
export type Membership = {readonly rule: number; readonly count: number; readonly homes: readonly number[]};

/** A rule whose guests are counted per host or zone. A hard `together` is not among them, because it forms units. */
export type CountedRule = {
	readonly rule: AffinityRule;
	/** The index of the host or of its zone. */
	readonly areaOf: Int32Array;
	/** The current number of its guests in each area. */
	readonly now: ReadonlyMap<number, number>;
};
