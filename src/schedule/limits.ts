/** Limits of concurrent moves. A move that copies disks counts as several. */
export type MoveLimits = {
	readonly perSource: number;
	readonly perDestination: number;
	/** On a link between two zones, or between two hosts if no link is defined. */
	readonly perLink: number;
	readonly total: number;
	/** Guests whose images are created ahead of their moves. */
	readonly preparing: number;
	/** The weight of a move that copies disks. One that exceeds a limit is the only one within it. */
	readonly storageWeight: number;
};

/**
 * Two memory-only moves from or to a host, or one with disks; five in total. For comparison: two outbound (KubeVirt,
 * vdsm), two inbound (vdsm), one with disks (Nova), five in total (KubeVirt).
 */
export const defaultLimits: MoveLimits = {
	perSource: 2,
	perDestination: 2,
	perLink: 2,
	total: 5,
	preparing: 8,
	storageWeight: 2,
};

/** The weight of a move: never more than the lowest limit, or it could never start. */
export function weightOf(copiesDisks: boolean, limits: MoveLimits): number {
	const {perSource, perDestination, perLink, total, storageWeight} = limits;
	return copiesDisks ? Math.min(storageWeight, perSource, perDestination, perLink, total) : 1;
}
