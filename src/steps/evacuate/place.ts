import type {CensusEntry} from '../../virsh/census.ts';

/** A destination, and what it has to spare. */
export type Room = {
	readonly host: string;
	/** What it has to spare at this moment: never more than that is given away. */
	readonly freeKib: number;
	/** What its guests leave of its memory: the same from one reading to the next, so that it decides. */
	readonly spareKib: number;
	readonly guests: number;
};

export type Placement = {
	readonly placed: readonly {readonly guest: CensusEntry; readonly host: string}[];
	/** No destination has the memory for these. */
	readonly homeless: readonly CensusEntry[];
};

/** What qemu itself takes beside the guest's memory. */
export const overheadKib = 64 * 1024;

/**
 * Gives each guest, in the order given, the destination whose guests leave the most of its memory; among equals the one with the
 * fewest guests, then the first. The same input gives the same answer.
 */
export function place(guests: readonly CensusEntry[], rooms: readonly Room[]): Placement {
	const left = rooms.map(room => ({...room}));
	const placed: {guest: CensusEntry; host: string}[] = [];
	const homeless: CensusEntry[] = [];
	for (const guest of guests) {
		const needKib = guest.memoryKib + overheadKib;
		const [best] = left
			.filter(({freeKib}) => freeKib >= needKib)
			.sort((a, b) => b.spareKib - a.spareKib || a.guests - b.guests);
		if (best === undefined) {
			homeless.push(guest);
			continue;
		}
		best.freeKib -= needKib;
		best.spareKib -= needKib;
		best.guests += 1;
		placed.push({guest, host: best.host});
	}
	return {placed, homeless};
}
