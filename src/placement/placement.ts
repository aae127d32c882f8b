import type {PlacedMove} from './cluster.ts';
import type {StayReason} from './migration-modes.ts';
import type {Rejection} from './rejection.ts';
import type {BrokenPreference, HostLoad} from './result.ts';

/** The result. Sorted by ID or name, so that the same cluster always gives an identical placement. */
export type Placement = {
	readonly moves: readonly PlacedMove[];
	/** The requested guests that stay. */
	readonly left: readonly UnplacedGuest[];
	/** All hosts, before and after. */
	readonly hosts: readonly HostLoad[];
	/** The highest memory share of any host that receives a guest. */
	readonly highestShare: number;
	/** A lower bound of the highest share for the same guests. */
	readonly shareBound: number;
	/** The soft rules that are broken. */
	readonly broken: readonly BrokenPreference[];
	/** Bytes over links slower than the fastest link from the guest's host. */
	readonly slowBytes: number;
};

export type UnplacedGuest = {
	readonly guest: string;
	readonly name: string;
	readonly host: string;
	readonly why: StayReason | {readonly code: 'no_home'; readonly rejections: Rejections};
};

/**
 * Why no host takes a guest, most frequent first: the number of hosts for each reason, and the host that came closest.
 */
export type Rejections = readonly {
	readonly hosts: number;
	readonly host: string;
	readonly rejection: Rejection;
}[];
