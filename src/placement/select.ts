import {glob} from '../glob/glob.ts';
import type {ClusterGuest} from './cluster.ts';

/** Which guests are meant; what is left out does not narrow the choice. */
export type Selection = {
	/** Names, ids and globs: `web*`, `db?`. Any of them. */
	readonly names?: readonly string[];
	/** Any of them. */
	readonly labels?: readonly string[];
	readonly states?: readonly ClusterGuest['state'][];
};

/** The guests that the selection means, in their order. */
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
