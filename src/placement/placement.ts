import type {PlacedMove} from './cluster.ts';
import type {StayReason} from './migration-modes.ts';
import type {Rejection} from './rejection.ts';
import type {BrokenPreference, HostLoad} from './result.ts';

/** Who goes where. Sorted by id or name, so that the same cluster gives the same placement to the byte. */
export type Placement = {
	readonly moves: readonly PlacedMove[];
	/** The guests that were asked for and stay. */
	readonly left: readonly UnplacedGuest[];
	/** All hosts, before and after. */
	readonly hosts: readonly HostLoad[];
	/** The highest share of memory on any host that a guest comes to. */
	readonly highestShare: number;
	/** No placement of the same guests has a lower one. */
	readonly shareBound: number;
	/** The soft rules that are not kept. */
	readonly broken: readonly BrokenPreference[];
	/** Bytes that go over a link slower than the fastest that leads away from the guest's host. */
	readonly slowBytes: number;
};

export type UnplacedGuest = {
	readonly guest: string;
	readonly name: string;
	readonly host: string;
	readonly why: StayReason | {readonly code: 'no_home'; readonly rejections: Rejections};
};

/** Why no host takes a guest, most often first: how many hosts for each reason, and the nearest miss. */
export type Rejections = readonly {
	readonly hosts: number;
	readonly host: string;
	readonly rejection: Rejection;
}[];
