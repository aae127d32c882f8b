import {compareTexts} from '../placement/cluster.ts';
import type {ScheduleTask} from './task.ts';

/**
 * What goes first; `busiest`: for which the most is still to be done on one of its hosts. Ties are decided by the next
 * key, at last by name and id.
 */
export type OrderKey = 'priority' | 'smallest' | 'largest' | 'shortest' | 'longest' | 'busiest' | 'name';

/** Of the orders within a priority `busiest` makes the whole shortest: a hundredth over the bound, where `longest` is a quarter. */
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

/** What is to be done on a host from this task on, if its longest tasks go first: of both hosts what is more. */
function byWork(tasks: readonly ScheduleTask[]): Compare {
	const left = new Map<ScheduleTask, number>();
	// Of equal ones the first has the most still to be done behind it.
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
