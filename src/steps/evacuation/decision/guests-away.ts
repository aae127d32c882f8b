import type {GuestMove} from '../../step.ts';

/** A guest that is away from its home. */
export type GuestAway = {
	/** Its UUID. */
	readonly guest: string;
	readonly name?: string;
	/** Where it is. */
	readonly from: string;
	/** What it left at home; left out while that is not known. */
	readonly kept?: GuestMove['kept'];
};

/** Who has left a host by these moves, which are in their order, and has not come back. */
export function awayFrom(home: string, moved: readonly GuestMove[]): readonly GuestAway[] {
	const away = new Map<string, GuestAway>();
	for (const {guest, uuid, from, to, kept} of moved) {
		const known = away.get(uuid);
		if (from === home) away.set(uuid, {guest: uuid, name: guest, from: to, ...(kept === undefined ? {} : {kept})});
		else if (to === home) away.delete(uuid);
		else if (known !== undefined) away.set(uuid, {...known, from: to});
	}
	return [...away.values()];
}

/** Who is not where it was before these moves, by the host that it was on, in the order of the first moves. */
export function homewardMoves(moved: readonly GuestMove[]): ReadonlyMap<string, readonly GuestAway[]> {
	const homes = new Map<string, string>();
	for (const {uuid, from} of moved) if (!homes.has(uuid)) homes.set(uuid, from);
	const hosts = [...new Set(homes.values())];
	const modes = hosts.map(
		home =>
			[
				home,
				awayFrom(
					home,
					moved.filter(({uuid}) => homes.get(uuid) === home),
				),
			] as const,
	);
	return new Map(modes.filter(([, away]) => away.length > 0));
}
