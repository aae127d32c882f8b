import {type AffinityRule, type ClusterGuest, compareTexts} from './cluster.ts';
import type {Anchor} from './problem.ts';

/** Guests that hard rules keep on the same host, and the hosts of guests under the same rules that stay. */
export type GuestGroup = {readonly guests: readonly ClusterGuest[]; readonly anchor: Anchor | undefined};

/** The movable guests, sorted by ID and grouped by the hard `together` rules. Overlapping rules form one group. */
export function groupGuests(
	movable: readonly ClusterGuest[],
	rules: readonly AffinityRule[],
	homeOf: ReadonlyMap<string, number>,
): readonly GuestGroup[] {
	const leaders = new Map(movable.map(({id}) => [id, id]));
	const binding = rules
		.filter(({kind, strength}) => kind === 'together' && strength === 'hard')
		.toSorted((a, b) => compareTexts(a.name, b.name));
	for (const {guests} of binding) join(leaders, guests);

	const anchors = new Map<string, Anchor>();
	for (const {name, guests} of binding) {
		const [member] = guests.filter(id => leaders.has(id));
		const staying = guests.filter(id => !leaders.has(id) && homeOf.has(id)).map(id => homeOf.get(id) ?? -1);
		if (member === undefined || staying.length === 0) continue;
		const leader = leaderOf(leaders, member);
		const {rule = name, hosts = []} = anchors.get(leader) ?? {};
		anchors.set(leader, {rule, hosts: [...new Set([...hosts, ...staying])].sort((a, b) => a - b)});
	}

	const groups = new Map<string, ClusterGuest[]>();
	for (const guest of movable) {
		const leader = leaderOf(leaders, guest.id);
		const group = groups.get(leader) ?? [];
		group.push(guest);
		groups.set(leader, group);
	}
	return [...groups].map(([leader, guests]) => ({guests, anchor: anchors.get(leader)}));
}

/** The leader of a group is its first ID. */
function join(leaders: Map<string, string>, ids: readonly string[]): void {
	const all = ids.filter(id => leaders.has(id)).map(id => leaderOf(leaders, id));
	const first = all.reduce((a, b) => (compareTexts(a, b) < 0 ? a : b), all[0] ?? '');
	for (const leader of all) leaders.set(leader, first);
}

function leaderOf(leaders: ReadonlyMap<string, string>, id: string): string {
	let leader = id;
	for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader)) leader = next;
	return leader;
}
