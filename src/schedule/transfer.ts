import {
	type Cluster,
	type ClusterGuest,
	type ClusterHost,
	compareTexts,
	type PlacedMove,
} from '../placement/cluster.ts';
import {copiedDisks, lineFinder} from '../placement/links.ts';
import {type ConvergenceRules, convergenceOf} from './convergence.ts';
import {type MoveLimits, weightOf} from './limits.ts';
import type {TransferLoad} from './predict.ts';

/** A move with everything that affects its schedule. */
export type Transfer = {
	readonly move: PlacedMove;
	readonly guest: ClusterGuest;
	readonly memoryBytes: number;
	/** The data of each disk that is copied. */
	readonly diskBytes: readonly number[];
	/** The virtual size of these disks. */
	readonly diskSizeBytes: number;
	/** Its weight within each limit. */
	readonly weight: number;
	/** The link that it shares with other moves. */
	readonly link: TransferLink;
	readonly sourceSpeed: number;
	readonly destinationSpeed: number;
};

/** A link between zones has its own speed; a path between two hosts is as fast as the hosts. */
export type TransferLink = {readonly name: string; readonly bytesPerSecond?: number};

/** The transfers of the moves, sorted by guest ID. */
export function transfersOf(cluster: Cluster, moves: readonly PlacedMove[], limits: MoveLimits): readonly Transfer[] {
	const hosts = new Map(cluster.hosts.map(host => [host.name, host]));
	const guests = new Map(cluster.guests.map(guest => [guest.id, guest]));
	const lineOf = lineFinder(cluster);
	return moves
		.toSorted((a, b) => compareTexts(a.guest, b.guest))
		.map((move): Transfer => {
			const guest = guests.get(move.guest);
			const source = hosts.get(move.source);
			const destination = hosts.get(move.destination);
			if (guest === undefined || source === undefined || destination === undefined) {
				throw new Error(`${move.guest}, ${move.source} or ${move.destination} is not in the cluster`);
			}
			const disks = copiedDisks(guest, destination);
			const diskBytes = disks.map(({dataBytes}) => dataBytes);
			return {
				move,
				guest,
				memoryBytes: move.mode === 'live' ? guest.memoryKib * 1024 : 0,
				diskBytes: diskBytes.sort((a, b) => b - a),
				diskSizeBytes: disks.reduce((sum, {virtualBytes, spaceBytes}) => sum + (virtualBytes ?? spaceBytes), 0),
				weight: weightOf(diskBytes.length > 0, limits),
				link: linkBetween(source, destination, lineOf),
				sourceSpeed: source.bytesPerSecond,
				destinationSpeed: destination.bytesPerSecond,
			};
		});
}

/** The properties of a transfer that determine its duration, except bandwidth. */
export function loadOf(
	{move, guest, memoryBytes, diskBytes, diskSizeBytes}: Transfer,
	rules: ConvergenceRules,
): TransferLoad {
	const {state, dirtyBytesPerSecond} = guest;
	return {
		mode: move.mode,
		state,
		memoryBytes,
		diskBytes,
		convergence: convergenceOf(rules, {memoryBytes, diskBytes: diskSizeBytes}),
		...(dirtyBytesPerSecond === undefined ? {} : {dirtyBytesPerSecond}),
	};
}

function linkBetween(
	source: ClusterHost,
	destination: ClusterHost,
	lineOf: ReturnType<typeof lineFinder>,
): TransferLink {
	const line = lineOf(source, destination);
	if (line === undefined) return {name: `${source.name} ${destination.name}`};
	return {name: line.name, bytesPerSecond: line.bytesPerSecond};
}
