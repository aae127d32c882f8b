import {restoresOfBoth} from '../../migration/definition-changes.ts';
import type {GuestMove, MoveRestores} from '../../step.ts';

/** A guest that is away from its home. */
export type GuestAway = {
	/** UUID of the guest. */
	readonly guest: string;
	readonly name?: string;
	/** The host that it is on. */
	readonly from: string;
	/** What it left at home, if known. */
	readonly kept?: GuestMove['kept'];
	/** The parameters that give it its own networks and listen address again. */
	readonly restores?: MoveRestores;
	/** How it was shut down for its move, if it was. */
	readonly stopped?: GuestMove['stopped'];
};

/**
 * The guests whose home is the host and that are not there after these moves, in order. Home is the source of the first
 * move.
 */
export function awayFrom(home: string, moved: readonly GuestMove[]): readonly GuestAway[] {
	const away = new Map<string, GuestAway>();
	const homes = homesOf(moved);
	for (const {guest, uuid, from, to, kept, restores, stopped} of moved) {
		if (homes.get(uuid) !== home) continue;
		const left = from === home ? kept?.map(({path, identity}) => ({path, identity})) : away.get(uuid)?.kept;
		const stop = stopped ?? (from === home ? undefined : away.get(uuid)?.stopped);
		const all = from === home ? restores : restoresOfBoth(away.get(uuid)?.restores, restores);
		if (to === home) away.delete(uuid);
		else {
			away.set(uuid, {
				guest: uuid,
				name: guest,
				from: to,
				...(left === undefined ? {} : {kept: left}),
				...(all === undefined ? {} : {restores: all}),
				...(stop === undefined ? {} : {stopped: stop}),
			});
		}
	}
	return [...away.values()];
}

function homesOf(moved: readonly GuestMove[]): ReadonlyMap<string, string> {
	const homes = new Map<string, string>();
	for (const {uuid, from} of moved) if (!homes.has(uuid)) homes.set(uuid, from);
	return homes;
}

/** The guests that are not where they were before these moves, by home, in the order of their first moves. */
export function homewardMoves(moved: readonly GuestMove[]): ReadonlyMap<string, readonly GuestAway[]> {
	const hosts = [...new Set(homesOf(moved).values())];
	const modes = hosts.map(home => [home, awayFrom(home, moved)] as const);
	return new Map(modes.filter(([, away]) => away.length > 0));
}
