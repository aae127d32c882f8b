import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import {nearest} from '../../../spelling/nearest.ts';
import type {EvacuateParams} from '../evacuate-params.ts';

/** What stands for guests without naming one. */
const isPattern = /[*?[\]]|^!|^(label|state):|^all$/;

/**
 * Every guest that is named in `guests` is on one of the hosts: who has moved already is no mistake.
 *
 * @throws StepError for a name that no host has, with the nearest one, where all hosts have told their guests.
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
