import type {PositionAt} from '../template/template.ts';
import type {DraftGroup} from './draft.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {define} from './variable.ts';

/** Defines a variable of a group. `ansible_group_priority` is not a variable: it orders groups of the same depth. */
export function defineForGroup(
	group: DraftGroup,
	name: string,
	data: unknown,
	at: PositionAt,
	pointer: string,
	reading: InventoryLoadContext,
): void {
	if (name !== 'ansible_group_priority') {
		define(group.vars, name, data, at, pointer, reading);
		return;
	}
	if (/^[-+]?\d+$/.test(String(data).trim())) {
		group.priority = Number(data);
		return;
	}
	reading.problems.push(
		reading.source.problem('ansible_group_priority must be a whole number', at(pointer), 'the default is 1'),
	);
}
