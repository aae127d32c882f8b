import type {Limits} from './limits.ts';
import type {Transfer} from './transfer.ts';

const mib = 1024 ** 2;

/** What moves may use of a link: the guests need it too. */
const usable = 0.8;

export type Bandwidth = {
	/** What the move takes in all. */
	readonly bytesPerSecond: number;
	/** libvirt's limit holds for the memory and for each disk by itself: `virsh migrate --bandwidth`, in MiB/s. */
	readonly perStreamMib: number;
};

/**
 * The bandwidth of each move: of the slower of its links the usable part, divided among all that can move over it at
 * once. So no link is ever overloaded, whoever else moves. A rate in bytes a second instead of `auto` holds for each
 * stream of every move.
 */
export function bandwidthOf(
	transfers: readonly Transfer[],
	limits: Limits,
	rate: number | 'auto',
): (transfer: Transfer) => Bandwidth {
	if (rate !== 'auto') {
		const perStreamMib = Math.max(1, Math.floor(rate / mib));
		return transfer => ({bytesPerSecond: perStreamMib * mib * streamsOf(transfer), perStreamMib});
	}
	const sources = crowds(transfers, ({move}) => move.source, Math.min(limits.perSource, limits.total));
	const destinations = crowds(transfers, ({move}) => move.destination, Math.min(limits.perDestination, limits.total));
	const links = crowds(transfers, ({link}) => link.name, Math.min(limits.perLink, limits.total));
	return transfer => {
		const {move, link, weight, sourceSpeed, destinationSpeed} = transfer;
		const share = (speed: number, crowd: number | undefined) => (speed * usable * weight) / (crowd ?? weight);
		const bytesPerSecond = Math.min(
			share(sourceSpeed, sources.get(move.source)),
			share(destinationSpeed, destinations.get(move.destination)),
			share(link.bytesPerSecond ?? Number.POSITIVE_INFINITY, links.get(link.name)),
		);
		const perStreamMib = Math.max(1, Math.floor(bytesPerSecond / streamsOf(transfer) / mib));
		return {bytesPerSecond: perStreamMib * mib * streamsOf(transfer), perStreamMib};
	};
}

/** Memory goes after the disks: as many streams at once as there are disks. */
export function streamsOf({diskBytes}: Transfer): number {
	return Math.max(1, diskBytes.length);
}

/** The weight that can be under way at once on each source, destination or link. */
function crowds(
	transfers: readonly Transfer[],
	nameOf: (transfer: Transfer) => string,
	limit: number,
): ReadonlyMap<string, number> {
	const weights = new Map<string, number>();
	for (const transfer of transfers) {
		const name = nameOf(transfer);
		weights.set(name, Math.min(limit, (weights.get(name) ?? 0) + transfer.weight));
	}
	return weights;
}
