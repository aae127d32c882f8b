import {InventoryDraft} from '../../src/inventory/draft.ts';
import {finalizeInventory} from '../../src/inventory/finalize.ts';
import type {Inventory} from '../../src/inventory/inventory.ts';
import {refuseProblems} from '../../src/inventory/read-file.ts';
import {readYamlInventory} from '../../src/inventory/yaml-source.ts';
import {parseYaml} from '../../src/yaml/document.ts';

/** The inventory of texts in YAML. @throws InputError with all mistakes. */
export function inventoryOf(...texts: readonly string[]): Inventory {
	const draft = new InventoryDraft();
	const readings = texts.map((text, index) => {
		const document = parseYaml(`source${index + 1}.yml`, text, 'ansible');
		const reading = {source: document.source, encrypted: false, problems: []};
		readYamlInventory(document, document.data, draft, reading);
		return reading;
	});
	refuseProblems(readings);
	return finalizeInventory(draft, {inventory: [], playbook: []}, ['inventory.yml']);
}
