import type {MoveLimits} from './limits.ts';
import type {Transfer} from './transfer.ts';

const mib = 1024 ** 2;

/** The share of a link that moves may use; guests need the rest. */
const usable = 0.8;

/** The assumed speed of a link if unknown: 1 Gbit/s. */
export const usualBytesPerSecond = 125_000_000;

/** The assumed throughput of a single move on a link with unknown speed. */
export const usualMib = wholeMib(usualBytesPerSecond * usable);

/**
 * The bandwidth of each stream of a move, in MiB/s as for `virsh migrate --bandwidth`: libvirt's limit applies to the
 * memory and to each disk separately. With `auto` it is the usable share of the slowest link on the path, divided among
 * all concurrent moves over it, so that no link is overloaded; a rate in bytes per second is used as given.
 */
export function bandwidthOf(
	transfers: readonly Transfer[],
	limits: MoveLimits,
	rate: number | 'auto',
): (transfer: Transfer) => number {
	if (rate !== 'auto') return () => wholeMib(rate);
	const sources = crowds(transfers, ({move}) => move.source, Math.min(limits.perSource, limits.total));
	const destinations = crowds(transfers, ({move}) => move.destination, Math.min(limits.perDestination, limits.total));
	const links = crowds(transfers, ({link}) => link.name, Math.min(limits.perLink, limits.total));
	return transfer => {
		const {move, link, weight, diskBytes, sourceSpeed, destinationSpeed} = transfer;
		const share = (speed: number, crowd: number | undefined) => (speed * usable * weight) / (crowd ?? weight);
		const bytesPerSecond = Math.min(
			share(sourceSpeed, sources.get(move.source)),
			share(destinationSpeed, destinations.get(move.destination)),
			share(link.bytesPerSecond ?? Number.POSITIVE_INFINITY, links.get(link.name)),
		);
		return wholeMib(bytesPerSecond / Math.max(1, diskBytes.length));
	};
}

function wholeMib(bytesPerSecond: number): number {
	return Math.max(1, Math.floor(bytesPerSecond / mib));
}

/** The total weight that can be in progress at once on each source, destination or link. */
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
