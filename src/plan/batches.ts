import type {Play} from '../playbook/model.ts';

/** The hosts of a play in its order. */
export function inOrder(hosts: readonly string[], order: Play['order'], random: () => number): readonly string[] {
	switch (order) {
		case 'inventory':
			return hosts;
		case 'reverse_inventory':
			return hosts.toReversed();
		case 'sorted':
			return hosts.toSorted();
		case 'reverse_sorted':
			return hosts.toSorted().reverse();
		case 'shuffle':
			return hosts
				.map(host => ({host, at: random()}))
				.sort((a, b) => a.at - b.at)
				.map(({host}) => host);
	}
}

/**
 * Splits the hosts into batches that run the play one after the other.
 *
 * @param serial Numbers, or percentages such as `25%`, each for one batch; the last applies to all following batches.
 * None or 0 means a single batch.
 */
export function batchesOf(
	hosts: readonly string[],
	serial: readonly (number | string)[],
): readonly (readonly string[])[] {
	const batches: (readonly string[])[] = [];
	let left = hosts;
	for (let index = 0; left.length > 0; index++) {
		const size = sizeOf(serial[Math.min(index, serial.length - 1)] ?? 0, hosts.length);
		if (size === 0) return [...batches, left];
		batches.push(left.slice(0, size));
		left = left.slice(size);
	}
	return batches;
}

/** A percentage is rounded down, to at least one host. */
function sizeOf(written: number | string, count: number): number {
	const [, percent] = /^(\d+)%$/.exec(String(written)) ?? [];
	if (percent === undefined) return Number(written);
	return Math.max(1, Math.floor((count * Number(percent)) / 100));
}
