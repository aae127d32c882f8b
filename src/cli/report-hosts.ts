import type {Plan} from '../plan/document/model.ts';
import type {HostReport, MoveReport} from '../views/report/model.ts';

/** The guests of each host before a run, and after the moves that were done. */
export function hostsAfter({hosts, guests}: Plan, moves: readonly MoveReport[]): readonly HostReport[] {
	const memory = new Map(guests.map(({guest, memory_kib: kib}) => [guest, kib]));
	const there = new Map(hosts.map(({host, before}) => [host, new Set(before.guests)]));
	for (const {guest, from, to, outcome} of moves) {
		// A guest that is off counts on no host.
		if (outcome !== 'moved' || there.get(from)?.delete(guest) !== true) continue;
		there.get(to)?.add(guest);
	}
	return hosts.map(({host, memory_kib: total, before}) => {
		const after = [...(there.get(host) ?? [])].sort();
		return {
			host,
			...(total === undefined ? {} : {memoryKib: total}),
			before: {memoryKib: before.memory_kib, guests: before.guests},
			after: {guests: after, memoryKib: after.reduce((sum, guest) => sum + (memory.get(guest) ?? 0), 0)},
		};
	});
}
