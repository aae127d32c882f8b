import type {AffinityRule, ClusterGuest, ClusterHost, PlacementRequest} from './cluster.ts';
import type {LineOf} from './links.ts';
import type {StayReason} from './migration-modes.ts';

/**
 * The cluster with names turned into indices and everything sorted, so that the same cluster gives the same problem
 * whatever its order was, and so that a candidate is tried in a few nanoseconds.
 */
export type PlacementProblem = {
	/** Sorted by name. All other host figures have their index. */
	readonly hosts: readonly ClusterHost[];
	/** The hosts that may take guests. */
	readonly open: Int32Array;
	readonly memoryKib: Float64Array;
	readonly cpus: Float64Array;
	/** What the guests take where they are now. */
	readonly usedKib: Float64Array;
	readonly usedCpus: Float64Array;
	/** The memory of each guest that stays on each host. */
	readonly residents: readonly (readonly number[])[];
	readonly pools: readonly {readonly host: number; readonly path: string; readonly freeBytes: number}[];
	readonly units: readonly Unit[];
	readonly rules: readonly CountedRule[];
	/** Guests that were asked for and do not move, with the reason. */
	readonly stays: readonly {readonly guest: ClusterGuest; readonly stay: StayReason}[];
	readonly lineOf: LineOf;
	readonly headroom: PlacementRequest['headroom'];
	/** All that guests may take of the open hosts together: with headroom, what is left when the largest has failed. */
	readonly budgetKib: number;
};

/** Guests that can only go together: most often one. */
export type Unit = {
	readonly index: number;
	/** Sorted by id. */
	readonly guests: readonly ClusterGuest[];
	/** Where each is now, and what it takes there. */
	readonly homes: readonly Home[];
	readonly memoryKib: number;
	/** The memory that it does not have on open hosts yet. */
	readonly comingKib: number;
	readonly cpus: number;
	readonly spaceBytes: number;
	/** The highest of its guests. */
	readonly priority: number;
	/** The open hosts that nothing keeps it from but lack of room and other guests. */
	readonly hosts: Int32Array;
	/** No host of the list could hold it, even if no other unit came. */
	readonly isHopeless: boolean;
	readonly needs: readonly SpaceNeed[];
	readonly memberships: readonly Membership[];
	/** Where hard rules `together` want it, as guests that stay are there; undefined: no such rule. */
	readonly anchor: Anchor | undefined;
	/** Some of its guests wish for certain hosts, or may have to be stopped. */
	readonly hasWishes: boolean;
};

/** A unit of which it is not known yet where it may go. */
export type UnitDraft = Omit<Unit, 'hosts' | 'isHopeless'>;

export type Home = {readonly host: number; readonly memoryKib: number; readonly cpus: number};

/** The hosts of guests that stay, which a rule wants this unit to be with: more than one cannot be obeyed. */
export type Anchor = {readonly rule: string; readonly hosts: readonly number[]};

/** Space for images at a path. */
export type SpaceNeed = {
	/** Index of a pool for each host, -1 where none holds the path. */
	readonly poolAt: Int32Array;
	/** For each host 1 where it sees the disk already and gets no copy; undefined: none does. */
	readonly seenAt: Uint8Array | undefined;
	readonly path: string;
	readonly bytes: number;
	/** Every open host has a pool for it or sees it. */
	readonly everywhere: boolean;
};

/** How many guests of a unit a rule is about, and where they are now. */
export type Membership = {readonly rule: number; readonly count: number; readonly homes: readonly number[]};

/** A rule whose guests are counted on each host or in each zone. A hard `together` is none: it makes units. */
export type CountedRule = {
	readonly rule: AffinityRule;
	/** The host's or its zone's number. */
	readonly areaOf: Int32Array;
	/** How many of its guests are in each area now. */
	readonly now: ReadonlyMap<number, number>;
};
