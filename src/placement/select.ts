import {glob} from '../glob/glob.ts';
import type {ClusterGuest} from './cluster.ts';

/** Selects guests; an omitted field does not restrict the selection. */
export type Selection = {
	/** Names, IDs and globs such as `web*` or `db?`; any of them. */
	readonly names?: readonly string[];
	/** Labels; any of them. */
	readonly labels?: readonly string[];
	readonly states?: readonly ClusterGuest['state'][];
};

/** The selected guests, in their order. */
export function selectGuests(
	guests: readonly ClusterGuest[],
	{names, labels, states}: Selection,
): readonly ClusterGuest[] {
	const patterns = names?.map(name => glob(name));
	return guests.filter(
		guest =>
			(patterns === undefined || patterns.some(pattern => pattern(guest.name) || pattern(guest.id))) &&
			(labels === undefined || labels.some(label => guest.labels.includes(label))) &&
			(states === undefined || states.includes(guest.state)),
	);
}
