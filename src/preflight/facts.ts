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
	readonly ports?: readonly {readonly port: number; readonly answer: string}[];
	/** By the cards of both ends, or by the inventory. */
	readonly linkBytesPerSecond?: number;
	readonly measuredBytesPerSecond?: number;
	/** `passes` is left out where no packet of full size was sent. */
	readonly mtu?: {readonly source: number; readonly destination: number; readonly passes?: boolean};
	/** The source's libvirt reaches the destination's at this URI. */
	readonly uri: string;
	/** Where moves connect: what the destination's certificate must be for. */
	readonly address: string;
	/** The ports that were asked for, or that libvirt would take. */
	readonly portRange: string;
};

/** What was asked for, and what placement and schedule made of it. Left out: not planned yet. */
export type PlanFacts = {
	/** The moves shall be encrypted; with a text, the destination's certificate is for that name. */
	readonly tls: boolean | string;
	/** Snapshots and bitmaps within images may be left out of the copies. */
	readonly dropsContents: boolean;
	/** A host logs in to another: not over the relay. */
	readonly logsIn: boolean;
	/** What the playbook wants to be counted, or asked, before the moves. */
	readonly counts: {readonly dirtyRates: boolean; readonly blockers: boolean};
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

/** Finds what is known of a guest on a destination, for many of them. */
export function pairsOf({pairs}: PreflightFacts): (guest: GuestFacts, destination: HostFacts) => PairFacts | undefined {
	const known = new Map(pairs.map(pair => [`${pair.guest} ${pair.destination}`, pair]));
	return (guest, destination) => known.get(`${guest.uuid} ${destination.name}`);
}

/** Is the disk's data to be copied? Network storage, read-only and shareable disks and empty drives are not. */
export function isCopied(disk: DiskFacts, there: DiskThere | undefined): boolean {
	return isWritten(disk) && there?.found !== 'same';
}

export function isWritten({device, path, readonly, shareable}: DiskFacts): boolean {
	return device === 'disk' && path !== undefined && !readonly && !shareable;
}
