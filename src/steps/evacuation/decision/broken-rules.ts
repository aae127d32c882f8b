import type {AffinityRule, Cluster} from '../../../placement/cluster.ts';
import type {ScheduledMove} from '../../../schedule/schedule.ts';

/** Hard rules that are violated after the moves, by guests that stay and are not placed. */
export function brokenRules({guests, hosts, rules}: Cluster, entries: readonly ScheduledMove[]): readonly string[] {
	const goesTo = new Map(entries.map(({guest, destination}) => [guest, destination]));
	const known = new Map(guests.map(guest => [guest.id, guest]));
	const zones = new Map(hosts.map(({name, zone}) => [name, zone ?? name]));
	const placesOf = ({guests: ids, across}: AffinityRule) =>
		ids.flatMap(id => {
			const guest = known.get(id);
			const host = goesTo.get(id) ?? guest?.host;
			if (guest === undefined || host === undefined) return [];
			return [{name: guest.name, place: across === 'zone' ? (zones.get(host) ?? host) : host}];
		});
	return rules
		.filter(({strength}) => strength === 'hard')
		.flatMap(rule => {
			const places = placesOf(rule);
			const distinct = new Set(places.map(({place}) => place)).size;
			const isKept = rule.kind === 'together' ? distinct <= 1 : distinct === places.length;
			if (isKept) return [];
			return [`${rule.name}: ${places.map(({name, place}) => `${name} on ${place}`).join(', ')}`];
		});
}
