import type {Position} from '../errors.ts';
import {readAddresses} from './address.ts';
import type {DraftHost, InventoryDraft} from './draft.ts';
import type {Variable} from './inventory.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {compile} from './variable.ts';

/** The hosts that a written name stands for, put into a group. None, and a problem noted, where it stands for none. */
export function addHosts(
	written: string,
	group: string,
	draft: InventoryDraft,
	reading: InventoryLoadContext,
	at: () => Position,
): readonly DraftHost[] {
	const addresses = readAddresses(written);
	if (addresses === undefined || addresses.names.includes('')) {
		const message = written === '' ? 'a host has a name' : `'${written}' is no range of hosts`;
		reading.problems.push(reading.source.problem(message, at(), 'write node[01:50] or rack[a:f]'));
		return [];
	}
	const port = addresses.port === undefined ? undefined : compile('ansible_port', addresses.port, at, '', reading);
	const first: Readonly<Record<string, Variable>> = port === undefined ? {} : {ansible_port: port};
	return addresses.names.map(name => draft.host(name, group, reading.source.file, first));
}
