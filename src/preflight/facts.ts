import type {DiskFacts, GuestFacts} from './guest-facts.ts';
import type {HostFacts} from './host-facts.ts';

/**
 * What the rules judge: plain data that somebody has read, from hosts or from a file. A fact that is left out is not
 * known, and its rules say so; an empty list or null is known: there is none.
 */
export type PreflightFacts = {
	readonly source: HostFacts;
	readonly guests: readonly GuestFacts[];
	readonly destinations: readonly HostFacts[];
	/** What is known of a guest on a destination. */
	readonly pairs: readonly PairFacts[];
	/** What is known of the way from the source to a destination. */
	readonly paths: readonly PathFacts[];
	readonly plan: PlanFacts;
};

export type PairFacts = {
	/** The guest's UUID. */
	readonly guest: string;
	readonly destination: string;
	/** What `virsh hypervisor-cpu-compare` says of the guest's live definition there. */
	readonly cpu?: {readonly verdict: 'identical' | 'superset' | 'incompatible'; readonly missing: readonly string[]};
	readonly disks?: readonly DiskThere[];
	/** What its definition names of its host, and the destination does not have, by the rule that says so. */
	readonly lacks?: readonly Lack[];
};

/** Something that the destination does not have, and the rule that says so. */
export type Lack = {
	readonly rule: string;
	/** The network device that it is about. */
	readonly device?: string;
	readonly reason: string;
	readonly remedy: string;
};

/** What is at the place of a disk on the destination. */
export type DiskThere = {
	readonly target: string;
	/**
	 * `same`: proven to be the very file of the source, or of the same content where nobody writes to it; `ours`: left by an
	 * earlier try of a recorded run; `different`: where nobody writes to it, a file of other content.
	 */
	readonly found: 'nothing' | 'same' | 'ours' | 'foreign' | 'different';
	/** What a file is that stands in the way, where that is known. */
	readonly why?: string;
	/** Of a block device that is to take a copy. */
	readonly deviceBytes?: number;
};

export type PathFacts = {
	readonly destination: string;
	/** Can the source's daemon talk to the destination's, over the address for migrations? */
	readonly login?: 'works' | {readonly why: string};
	/** Of the ports that a move needs, from the source: `dropped` freezes a guest for minutes. */
	readonly ports?: readonly {readonly port: number; readonly answer: 'open' | 'refused' | 'dropped'}[];
	readonly measuredBytesPerSecond?: number;
	readonly mtu?: {readonly source: number; readonly destination: number; readonly passes: boolean};
};

/** What was asked for, and what placement and schedule made of it. Left out: not planned yet. */
export type PlanFacts = {
	/** How old the oldest fact is, and how old it may be. */
	readonly ageMs?: number;
	readonly mostAgeMs: number;
	/** The moves shall be encrypted. */
	readonly tls: boolean;
	/** Snapshots and bitmaps within images may be left out of the copies. */
	readonly dropsContents: boolean;
	/** The latest time at which the run may end, as a Unix time in milliseconds. Left out: nobody knows when it begins. */
	readonly endsAtMs?: number;
	/** Moves that one destination takes at once. */
	readonly perDestination: number;
	/** Guests without a home, and those that no order makes room for, with the reason. */
	readonly homeless?: readonly {readonly guest: string; readonly reason: string}[];
	/** Hard rules that the hosts do not keep after the plan, and headroom that is gone. */
	readonly brokenRules?: readonly string[];
	/** Moves that change memory faster than it can be sent, by UUID; all others end by themselves. */
	readonly neverConverge?: readonly string[];
	readonly makespanMs?: number;
	/** `null`: no window was asked for. */
	readonly window?: {readonly ms: number; readonly leaveOut: readonly string[]} | null;
	/** Who could not go back. `null`: nobody shall. */
	readonly wayBack?: readonly {readonly guest: string; readonly reason: string}[] | null;
};

export function pairOf(facts: PreflightFacts, guest: GuestFacts, destination: HostFacts): PairFacts | undefined {
	return facts.pairs.find(pair => pair.guest === guest.uuid && pair.destination === destination.name);
}

/** Is the disk's data to be copied? Network storage, read-only and shareable disks and empty drives are not. */
export function isCopied(disk: DiskFacts, there: DiskThere | undefined): boolean {
	return isWritten(disk) && there?.found !== 'same';
}

export function isWritten({device, path, readonly, shareable}: DiskFacts): boolean {
	return device === 'disk' && path !== undefined && !readonly && !shareable;
}
