import type {Cluster, PlacedMove} from '../placement/cluster.ts';
import {groupGuests} from '../placement/group.ts';
import {type Schedule, type ScheduleOptions, schedule} from './schedule.ts';

/** Whether all moves fit into a window, and if not, which to leave out. */
export type WindowFit = {
	readonly windowMs: number;
	readonly makespanMs: number;
	/** IDs, sorted. Empty if all fit. */
	readonly leaveOut: readonly string[];
	/** The schedule of the remaining moves. */
	readonly schedule: Schedule;
};

/**
 * Each attempt computes a whole schedule: up to this number of scheduled moves, left-out guests are retried one by one.
 */
const mostRetried = 20_000;

/** How far the number of left-out guests may be above the minimum, as a share of all. */
const coarseness = 0.01;

/**
 * Leaves out as few guests as possible, within 1 %: of the lowest priority, those that take longest. Guests that belong
 * together stay together. Left-out guests that fit after all are added back.
 */
export function fitWindow(
	cluster: Cluster,
	moves: readonly PlacedMove[],
	options: ScheduleOptions,
	windowMs: number,
): WindowFit {
	const whole = schedule(cluster, moves, options);
	const without = (out: ReadonlySet<string>) =>
		schedule(
			cluster,
			moves.filter(({guest}) => !out.has(guest)),
			options,
		);
	const fits = ({makespanMs}: Schedule) => makespanMs <= windowMs;
	if (fits(whole)) return {windowMs, makespanMs: whole.makespanMs, leaveOut: [], schedule: whole};

	const groups = expendable(cluster, moves, whole);
	let out = groups.slice(
		0,
		fewest(groups.length, count => fits(without(new Set(groups.slice(0, count).flat())))),
	);
	for (const group of out.toReversed().slice(0, Math.floor(mostRetried / moves.length))) {
		const fewer = out.filter(other => other !== group);
		if (fits(without(new Set(fewer.flat())))) out = fewer;
	}
	const leaveOut = out.flat().sort();
	return {windowMs, makespanMs: whole.makespanMs, leaveOut, schedule: without(new Set(leaveOut))};
}

/** The guests in groups that move or stay together, the most expendable first: low priority, long moves. */
function expendable(cluster: Cluster, moves: readonly PlacedMove[], whole: Schedule): readonly (readonly string[])[] {
	const moving = new Set(moves.map(({guest}) => guest));
	const guests = cluster.guests.filter(({id}) => moving.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
	const load = new Map(whole.entries.map(({guest, startMs, endMs, weight}) => [guest, weight * (endMs - startMs)]));
	return groupGuests(guests, cluster.rules, new Map())
		.map(({guests: group}) => ({
			ids: group.map(({id}) => id),
			priority: Math.max(...group.map(({priority}) => priority)),
			load: group.reduce((sum, {id}) => sum + (load.get(id) ?? 0), 0),
		}))
		.sort((a, b) => a.priority - b.priority || b.load - a.load)
		.map(({ids}) => ids);
}

/** The smallest count that is enough, or slightly more; `most` always is enough. */
function fewest(most: number, isEnough: (count: number) => boolean): number {
	let low = 0;
	let high = most;
	while (high - low > coarseness * most) {
		const middle = Math.floor((low + high) / 2);
		if (isEnough(middle)) high = middle;
		else low = middle + 1;
	}
	return high;
}
