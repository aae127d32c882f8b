/** How many guests may move at once. A move that copies disks counts as several. */
export type MoveLimits = {
	readonly perSource: number;
	readonly perDestination: number;
	/** On a line between two zones, or between two hosts where no line is named. */
	readonly perLink: number;
	readonly total: number;
	/** Guests whose images are being made ahead of their moves. */
	readonly preparing: number;
	/** What a move that copies disks counts. One that counts more than a limit goes alone within it. */
	readonly storageWeight: number;
};

/**
 * Two moves of memory from or to a host, or one with disks; five in all. Others' defaults: two out (KubeVirt, vdsm), two
 * in (vdsm), one with disks (Nova), five in all (KubeVirt).
 */
export const defaultLimits: MoveLimits = {
	perSource: 2,
	perDestination: 2,
	perLink: 2,
	total: 5,
	preparing: 8,
	storageWeight: 2,
};

/** What a move counts against every limit: never more than the smallest, or it could never begin. */
export function weightOf(copiesDisks: boolean, limits: MoveLimits): number {
	const {perSource, perDestination, perLink, total, storageWeight} = limits;
	return copiesDisks ? Math.min(storageWeight, perSource, perDestination, perLink, total) : 1;
}
