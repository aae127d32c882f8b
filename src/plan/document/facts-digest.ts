import type {Facts} from '../../facts/facts.ts';

const volatile: ReadonlySet<string> = new Set([
	'availableKib',
	'clockSeconds',
	'actualBytes',
	'freeBytes',
	'clockOffsetMs',
	'clients',
	'jobs',
	'hugepages',
]);

/** What was read of the hosts, without what changes from moment to moment and decides nothing by its exact value. */
export function stableFacts(facts: Facts): Readonly<Record<string, unknown>> {
	return JSON.parse(
		JSON.stringify(facts, (key, value: unknown) =>
			volatile.has(key) || / (ports|addresses)$/.test(key) ? undefined : value,
		),
	);
}
