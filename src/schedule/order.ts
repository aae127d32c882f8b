import {compareTexts} from '../placement/cluster.ts';
import type {Task} from './task.ts';

/** What goes first. Ties are decided by the next key, at last by name and id. */
export type OrderKey = 'priority' | 'smallest' | 'largest' | 'shortest' | 'longest' | 'name';

/** The longest first makes the whole shortest. */
export const defaultOrder: readonly OrderKey[] = ['priority', 'longest'];

const comparisons: Readonly<Record<OrderKey, (a: Task, b: Task) => number>> = {
	priority: (a, b) => b.transfer.guest.priority - a.transfer.guest.priority,
	smallest: (a, b) => a.transfer.guest.memoryKib - b.transfer.guest.memoryKib,
	largest: (a, b) => b.transfer.guest.memoryKib - a.transfer.guest.memoryKib,
	shortest: (a, b) => a.prediction.durationMs - b.prediction.durationMs,
	longest: (a, b) => b.prediction.durationMs - a.prediction.durationMs,
	name: (a, b) => compareTexts(a.transfer.guest.name, b.transfer.guest.name),
};

export function inOrder(tasks: readonly Task[], keys: readonly OrderKey[]): readonly Task[] {
	const all: readonly OrderKey[] = [...keys, 'name'];
	return tasks.toSorted((a, b) => {
		const decided = all.map(key => comparisons[key](a, b)).find(difference => difference !== 0);
		return decided ?? compareTexts(a.transfer.move.guest, b.transfer.move.guest);
	});
}
