import {dirname, resolve} from 'node:path';
import type {Inventory} from '../inventory/inventory.ts';
import {constantNames} from '../plan/variables.ts';

/** Variables that are constant during a run. */
export function runNames({files}: Inventory, playbook?: string): Readonly<Record<string, unknown>> {
	const [inventory] = files;
	return {
		...constantNames,
		...(playbook === undefined ? {} : {playbook_dir: resolve(dirname(playbook))}),
		...(inventory === undefined
			? {}
			: {inventory_file: resolve(inventory), inventory_dir: resolve(dirname(inventory))}),
	};
}
