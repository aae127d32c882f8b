import {addHosts} from './add-hosts.ts';
import type {InventoryDraft} from './draft.ts';
import type {InventoryLoadContext} from './load-context.ts';

/** Reads `-i web1,web2:2222,`: a value with a comma is a list of hosts. */
export function readHostList(draft: InventoryDraft, reading: InventoryLoadContext): void {
	const {source} = reading;
	for (const {0: part, index} of source.text.matchAll(/[^,]+/g)) {
		const name = part.trim();
		if (name === '') continue;
		const start = index + part.indexOf(name);
		addHosts(name, 'ungrouped', draft, reading, () => source.positionAt(start));
	}
}
