import {compareTexts} from '../placement/cluster.ts';
import type {ScheduleTask} from './task.ts';

/**
 * Sort keys. `busiest` puts the move first for which the most work remains on one of its hosts. Ties are broken by the
 * next key, finally by name and ID.
 */
export type OrderKey = 'priority' | 'smallest' | 'largest' | 'shortest' | 'longest' | 'busiest' | 'name';

/**
 * Of the orders within a priority, `busiest` gives the shortest schedules: 1 % over the bound, while `longest` is 25 %
 * over.
 */
export const defaultOrder: readonly OrderKey[] = ['priority', 'busiest'];

type Compare = (a: ScheduleTask, b: ScheduleTask) => number;

const comparisons: Readonly<Record<Exclude<OrderKey, 'busiest'>, Compare>> = {
	priority: (a, b) => b.transfer.guest.priority - a.transfer.guest.priority,
	smallest: (a, b) => a.transfer.guest.memoryKib - b.transfer.guest.memoryKib,
	largest: (a, b) => b.transfer.guest.memoryKib - a.transfer.guest.memoryKib,
	shortest: (a, b) => a.prediction.durationMs - b.prediction.durationMs,
	longest: (a, b) => b.prediction.durationMs - a.prediction.durationMs,
	name: (a, b) => compareTexts(a.transfer.guest.name, b.transfer.guest.name),
};

export function inOrder(tasks: readonly ScheduleTask[], keys: readonly OrderKey[]): readonly ScheduleTask[] {
	const compares = [...keys, 'name' as const].map(key => (key === 'busiest' ? byWork(tasks) : comparisons[key]));
	return tasks.toSorted((a, b) => {
		for (const compare of compares) {
			const difference = compare(a, b);
			if (difference !== 0) return difference;
		}
		return compareTexts(a.transfer.move.guest, b.transfer.move.guest);
	});
}

/** The work on a host from this task onwards if its longest tasks run first: the higher value of both hosts. */
function byWork(tasks: readonly ScheduleTask[]): Compare {
	const left = new Map<ScheduleTask, number>();
	// Of equal tasks, the first has the most work remaining.
	const shortestFirst = tasks.toReversed().sort((a, b) => workOf(a) - workOf(b));
	for (const hostOf of [sourceOf, destinationOf]) {
		const sums = new Map<string, number>();
		for (const task of shortestFirst) {
			const sum = (sums.get(hostOf(task)) ?? 0) + workOf(task);
			sums.set(hostOf(task), sum);
			left.set(task, Math.max(left.get(task) ?? 0, sum));
		}
	}
	return (a, b) => (left.get(b) ?? 0) - (left.get(a) ?? 0);
}

function workOf({transfer, prediction}: ScheduleTask): number {
	return transfer.weight * prediction.durationMs;
}

function sourceOf({transfer}: ScheduleTask): string {
	return transfer.move.source;
}

function destinationOf({transfer}: ScheduleTask): string {
	return transfer.move.destination;
}
