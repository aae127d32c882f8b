import type {Cluster, PlacedMove} from '../placement/cluster.ts';
import {groupGuests} from '../placement/group.ts';
import {type Schedule, type ScheduleOptions, schedule} from './schedule.ts';

/** Does the whole fit into a window, and if not, without whom? */
export type WindowFit = {
	readonly windowMs: number;
	readonly makespanMs: number;
	/** Ids, sorted. Empty when all fits. */
	readonly leaveOut: readonly string[];
	/** The schedule of those that go. */
	readonly schedule: Schedule;
};

/** One try is a whole schedule: so many moves are scheduled at most to try one by one who may go after all. */
const mostRetried = 20_000;

/** How far the number of those left out may be from the fewest, as a part of all. */
const coarseness = 0.01;

/**
 * Leaves out as few as it takes, within one in a hundred: of the lowest priority those first that take longest. Guests
 * that belong together stay together. Who was left out, and fits after all, goes.
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

/** The guests in groups that go or stay together, those first that are missed least and help most. */
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

/** The smallest count that is enough, or little more; `most` always is. */
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
