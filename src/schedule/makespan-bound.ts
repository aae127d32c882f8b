import type {MoveLimits} from './limits.ts';
import type {ScheduleTask} from './task.ts';

/**
 * A lower bound of the duration of the tasks within the limits: for each source, destination and link, and in total.
 */
export function makespanBound(tasks: readonly ScheduleTask[], limits: MoveLimits, prepareMs: number): number {
	const longest = Math.max(0, ...tasks.map(({prediction}) => prediction.durationMs));
	const work = [
		busiest(tasks, () => 'total', limits.total),
		busiest(tasks, ({transfer}) => transfer.move.source, limits.perSource),
		busiest(tasks, ({transfer}) => transfer.move.destination, limits.perDestination),
		busiest(tasks, ({transfer}) => transfer.link.name, limits.perLink),
	];
	const preparing = Math.ceil(tasks.length / limits.preparing) * prepareMs;
	return tasks.length === 0 ? 0 : Math.max(preparing, prepareMs + Math.max(longest, ...work));
}

/** The longest busy time of the named places, without idle time. */
function busiest(tasks: readonly ScheduleTask[], nameOf: (task: ScheduleTask) => string, limit: number): number {
	const places = new Map<string, {work: number; step: number}>();
	for (const task of tasks) {
		const {weight} = task.transfer;
		const name = nameOf(task);
		const place = places.get(name) ?? {work: 0, step: 0};
		place.work += weight * task.prediction.durationMs;
		place.step = commonDivisor(place.step, weight);
		places.set(name, place);
	}
	// The remainder of a limit that is smaller than any weight is never used.
	const times = [...places.values()].map(({work, step}) => work / (Math.floor(limit / step) * step));
	return Math.ceil(times.reduce((a, b) => Math.max(a, b), 0));
}

function commonDivisor(a: number, b: number): number {
	return b === 0 ? a : commonDivisor(b, a % b);
}
