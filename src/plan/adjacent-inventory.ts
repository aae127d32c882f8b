import type {Inventory} from '../inventory/inventory.ts';
import type {Play} from '../playbook/model.ts';

/** The inventory of a play, including the variables next to its playbook. */
export function inventoryFor({folder}: Pick<Play, 'folder'>, inventory: Inventory): Inventory {
	return inventory.adjacentVars?.get(folder) ?? inventory;
}
