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

/** The facts, without values that change constantly and whose exact value is irrelevant. */
export function stableFacts(facts: Facts): Readonly<Record<string, unknown>> {
	return JSON.parse(
		JSON.stringify(facts, (key, value: unknown) =>
			volatile.has(key) || / (ports|addresses)$/.test(key) ? undefined : value,
		),
	);
}
