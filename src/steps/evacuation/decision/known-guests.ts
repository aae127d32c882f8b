import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import {nearest} from '../../../spelling/nearest.ts';
import type {EvacuateParams} from '../evacuate-params.ts';

/** Selectors that name no guest. */
const isPattern = /[*?[\]]|^!|^(label|state):|^all$/;

/**
 * Verifies that every guest named in `guests` is on one of the hosts. A guest that has already moved is not an error.
 *
 * @throws StepError for an unknown name, with the most similar one, if the guests of all hosts are known.
 */
export function demandKnownGuests({guests}: EvacuateParams, hosts: readonly string[], facts: Facts): void {
	const names = [guests ?? []].flat().filter(name => !isPattern.test(name));
	const told = hosts.map(host => facts.get({kind: 'domains', host}));
	if (names.length === 0 || told.includes(undefined)) return;
	const known = new Set(told.flatMap(all => all?.map(({name}) => name) ?? []));
	const unknown = names.filter(name => !known.has(name));
	const [first] = unknown;
	if (first === undefined) return;
	throw new StepError(
		`guests: no guest named ${unknown.join(', ')} on ${hosts.join(', ')}`,
		nearest(first, known) ?? `list the guests: virsh list --all (on ${hosts[0]})`,
		{retry: 'never'},
	);
}
