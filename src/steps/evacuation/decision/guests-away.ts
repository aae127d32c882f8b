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

/** Whose home a host is, and who is not there after these moves, which are in their order: home is where the first began. */
export function awayFrom(home: string, moved: readonly GuestMove[]): readonly GuestAway[] {
	const away = new Map<string, GuestAway>();
	const homes = homesOf(moved);
	for (const {guest, uuid, from, to, kept} of moved) {
		if (homes.get(uuid) !== home) continue;
		const left = from === home ? kept?.map(({path, identity}) => ({path, identity})) : away.get(uuid)?.kept;
		if (to === home) away.delete(uuid);
		else away.set(uuid, {guest: uuid, name: guest, from: to, ...(left === undefined ? {} : {kept: left})});
	}
	return [...away.values()];
}

function homesOf(moved: readonly GuestMove[]): ReadonlyMap<string, string> {
	const homes = new Map<string, string>();
	for (const {uuid, from} of moved) if (!homes.has(uuid)) homes.set(uuid, from);
	return homes;
}

/** Who is not where it was before these moves, by the host that it was on, in the order of the first moves. */
export function homewardMoves(moved: readonly GuestMove[]): ReadonlyMap<string, readonly GuestAway[]> {
	const hosts = [...new Set(homesOf(moved).values())];
	const modes = hosts.map(home => [home, awayFrom(home, moved)] as const);
	return new Map(modes.filter(([, away]) => away.length > 0));
}
