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
	const patterns = names?.map(glob);
	return guests.filter(
		guest =>
			(patterns === undefined || patterns.some(pattern => pattern.test(guest.name) || pattern.test(guest.id))) &&
			(labels === undefined || labels.some(label => guest.labels.includes(label))) &&
			(states === undefined || states.includes(guest.state)),
	);
}

/** `*` is any text, `?` any character, all else is itself. */
function glob(pattern: string): RegExp {
	const source = pattern
		.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${source}$`, 'su');
}
