import {StepError} from '../../errors.ts';
import type {Facts} from '../../facts/facts.ts';
import {nearestName} from '../../spelling/nearest.ts';
import type {DomainStatus} from '../../virsh/domains.ts';

/**
 * The guest with a name or UUID on a host whose domains have been read.
 *
 * @throws StepError if the host has none.
 */
export function guestOf(guest: string, host: string, facts: Facts): DomainStatus {
	const entries = facts.of({kind: 'domains', host});
	const found = knownGuest(guest, host, facts);
	if (found !== undefined) return found;
	const names = entries.map(({name}) => name);
	const nearest = nearestName(guest, names);
	const hint =
		nearest === undefined ? `guests on this host: ${names.join(', ') || 'none'}` : `did you mean ${nearest}?`;
	throw new StepError(`${host} has no guest ${guest}`, hint, {retry: 'never'});
}

/** The guest with a name or UUID; undefined if the host has none, or has not been queried yet. */
export function knownGuest(guest: string, host: string, facts: Facts): DomainStatus | undefined {
	return facts.get({kind: 'domains', host})?.find(({uuid, name}) => uuid === guest || name === guest);
}
