import type {Cluster, PlacedMove, PlacementRequest} from '../../src/placement/cluster.ts';
import {after, broken, brokenAtTheEnd, limit, need, sum} from './judge.ts';

/** The score of the best placement. */
export type Optimum = {readonly placed: readonly number[]; readonly share: number};

/** Tries every guest on every host and at home, and checks each result against the plain rules. Only for small cases. */
export function optimum(cluster: Cluster, request: PlacementRequest): Optimum {
	const asked = cluster.guests.filter(({id}) => request.guests.includes(id));
	let best: Optimum = {placed: placedOf(cluster, []), share: 0};
	const visit = (index: number, moves: readonly PlacedMove[]): void => {
		const where = new Map(after(cluster, moves));
		for (const {id} of asked.slice(index)) where.delete(id);
		if (broken(cluster, where).length > 0) return;
		const guest = asked[index];
		if (guest === undefined) {
			if (brokenAtTheEnd(cluster, request, after(cluster, moves)).length > 0) return;
			const found = {placed: placedOf(cluster, moves), share: shareOf(cluster, moves)};
			if (isBetter(found, best)) best = found;
			return;
		}
		for (const {name} of cluster.hosts) {
			if (name === guest.host) continue;
			visit(index + 1, [...moves, {guest: guest.id, source: guest.host, destination: name, mode: 'live'}]);
		}
		visit(index + 1, moves);
	};
	visit(0, []);
	return best;
}

/** The number of placed guests of each priority, in descending order. */
export function placedOf(cluster: Cluster, moves: readonly PlacedMove[]): readonly number[] {
	const moved = new Set(moves.map(({guest}) => guest));
	const priorities = [...new Set(cluster.guests.map(({priority}) => priority))].sort((a, b) => b - a);
	return priorities.map(
		priority => cluster.guests.filter(guest => guest.priority === priority && moved.has(guest.id)).length,
	);
}

/** The highest memory share of any host that receives a guest. */
export function shareOf(cluster: Cluster, moves: readonly PlacedMove[]): number {
	const where = after(cluster, moves);
	const shares = cluster.hosts
		.filter(({name}) => moves.some(({destination}) => destination === name))
		.map(host => {
			const used = sum(cluster.guests.filter(({id}) => where.get(id)?.includes(host.name)).map(need));
			return used === 0 ? 0 : used / limit(cluster, host);
		});
	return Math.max(0, ...shares);
}

function isBetter(a: Optimum, b: Optimum): boolean {
	const differs = a.placed.findIndex((count, index) => count !== b.placed[index]);
	return differs < 0 ? a.share < b.share : (a.placed[differs] ?? 0) > (b.placed[differs] ?? 0);
}
