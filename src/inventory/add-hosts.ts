import type {Position} from '../errors.ts';
import {readAddresses} from './address.ts';
import type {DraftHost, InventoryDraft} from './draft.ts';
import type {Variable} from './inventory.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {maxHosts} from './ranges.ts';
import {compile} from './variable.ts';

/**
 * Adds the hosts that a pattern with ranges stands for to a group. For an invalid pattern, adds none and records a
 * problem.
 */
export function addHosts(
	written: string,
	group: string,
	draft: InventoryDraft,
	reading: InventoryLoadContext,
	at: () => Position,
): readonly DraftHost[] {
	const addresses = readAddresses(written);
	if (addresses === undefined || addresses.names.includes('')) {
		const message = written === '' ? 'a host must have a name' : `'${written}' is not a valid host range`;
		reading.problems.push(reading.source.problem(message, at(), 'use node[01:50] or rack[a:f]'));
		return [];
	}
	if (draft.hosts.size + addresses.names.length > maxHosts && addresses.names.some(name => !draft.hosts.has(name))) {
		const message = `more than ${maxHosts} hosts in all; that is the maximum`;
		reading.problems.push(reading.source.problem(message, at(), 'remove hosts, or make ranges smaller'));
		return [];
	}
	const port = addresses.port === undefined ? undefined : compile('ansible_port', addresses.port, at, '', reading);
	const first: Readonly<Record<string, Variable>> = port === undefined ? {} : {ansible_port: port};
	return addresses.names.map(name => draft.host(name, group, reading.source.file, first));
}
