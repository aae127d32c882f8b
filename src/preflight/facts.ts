import type {DiskFacts, GuestFacts} from './guest-facts.ts';
import type {HostFacts} from './host-facts.ts';

/**
 * The input of the rules: plain data from hosts or from a file. An omitted fact is
 * unknown, which its rules report; an empty list or null is a known fact: there is none.
 */
export type PreflightFacts = {
	readonly source: HostFacts;
	readonly guests: readonly GuestFacts[];
	readonly destinations: readonly HostFacts[];
	/** Facts of a guest on a destination. */
	readonly pairs: readonly PairFacts[];
	/** Facts of the path from the source to a destination. */
	readonly paths: readonly PathFacts[];
	readonly plan: PlanFacts;
};

export type PairFacts = {
	/** The guest's UUID. */
	readonly guest: string;
	readonly destination: string;
	/** The result of `virsh hypervisor-cpu-compare` for the guest's live definition at the destination. */
	readonly cpu?: {readonly verdict: 'identical' | 'superset' | 'incompatible'; readonly missing: readonly string[]};
	readonly disks?: readonly DiskThere[];
	/** Requirements of the definition that the destination lacks, by rule. */
	readonly lacks?: readonly Lack[];
	/** Networks and bridges that have other names at the destination. */
	readonly networkMap?: Readonly<Record<string, string>>;
};

/** A requirement that the destination lacks, and its rule. */
export type Lack = {
	readonly rule: string;
	/** The network device concerned. */
	readonly device?: string;
	readonly reason: string;
	readonly remedy: string;
};

/** The file at the path of a disk at the destination. */
export type DiskThere = {
	readonly target: string;
	/**
	 * `same`: proven to be the same file as at the source, or, if read-only, a file with the same content; `ours`: left by an
	 * earlier attempt of a recorded run; `different`: if read-only, a file with different content.
	 */
	readonly found: 'nothing' | 'same' | 'ours' | 'foreign' | 'different';
	/** What the obstructing file is, if known. */
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
	/** `passes` is omitted if no full-size packet was sent. */
	readonly mtu?: {readonly source: number; readonly destination: number; readonly passes?: boolean};
	/** The source's libvirt reaches the destination's at this URI. */
	readonly uri: string;
	/** Where moves connect: what the destination's certificate must be for. */
	readonly address: string;
	/** The requested ports, or those that libvirt would use. */
	readonly portRange: string;
};

/** The request, and the results of placement and schedule. Omitted: not planned yet. */
export type PlanFacts = {
	/** Whether the moves are encrypted; a string is the name expected in the destination's certificate. */
	readonly tls: boolean | string;
	/** Whether copies may omit internal snapshots and bitmaps. */
	readonly dropsContents: boolean;
	/** Whether hosts log in to each other, which is not the case with the relay. */
	readonly logsIn: boolean;
	/** Optional measurements requested by the playbook. */
	readonly counts: {readonly dirtyRates: boolean; readonly blockers: boolean};
	/** Maximum number of concurrent moves to one destination. */
	readonly perDestination: number;
	/** Guests that cannot be placed or scheduled, with the reason. */
	readonly homeless?: readonly {readonly guest: string; readonly reason: string}[];
	/** Hard rules that the hosts do not keep after the plan, and headroom that is gone. */
	readonly brokenRules?: readonly string[];
	/** Moves that change memory faster than it can be sent, by UUID; all others end by themselves. */
	readonly neverConverge?: readonly string[];
	readonly makespanMs?: number;
	/** `null`: no window was requested. */
	readonly window?: {readonly ms: number; readonly leaveOut: readonly string[]} | null;
	/** Guests that could not move back. `null`: not requested. */
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
