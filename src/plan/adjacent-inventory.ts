import type {Inventory} from '../inventory/inventory.ts';
import type {Play} from '../playbook/model.ts';

/** The inventory as a play sees it: with the variables beside the playbook that the play stands in. */
export function inventoryFor({folder}: Pick<Play, 'folder'>, inventory: Inventory): Inventory {
	return inventory.adjacentVars?.get(folder) ?? inventory;
}
