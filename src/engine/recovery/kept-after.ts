import type {GuestMove} from '../../steps/step.ts';
import type {KeptRecap} from '../events.ts';

/** Pure: the kept copies that these moves, in their order, have left on each host. A guest that comes back has none there. */
export function keptAfter(moves: readonly GuestMove[]): readonly KeptRecap[] {
	const left = new Map<string, {readonly host: string; readonly copies: NonNullable<GuestMove['kept']>}>();
	for (const {uuid, from, to, kept = []} of moves) {
		left.delete(`${to} ${uuid}`);
		if (kept.length > 0) left.set(`${from} ${uuid}`, {host: from, copies: kept});
	}
	const hosts = new Map<string, KeptRecap>();
	for (const {host, copies} of left.values()) {
		const known = hosts.get(host) ?? {host, copies: 0, bytes: 0};
		const bytes = copies.reduce((sum, {bytes: own = 0}) => sum + own, known.bytes);
		hosts.set(host, {host, copies: known.copies + copies.length, bytes});
	}
	return [...hosts.values()];
}
