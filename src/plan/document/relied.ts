import type {Facts} from '../../facts/facts.ts';

/** What was read of the hosts, without what changes from moment to moment and decides nothing by its exact value. */
export function reliedOn(facts: Facts): Readonly<Record<string, unknown>> {
	return JSON.parse(
		JSON.stringify(facts, (key, value: unknown) =>
			key === 'availableKib' || key === 'actualBytes' ? undefined : value,
		),
	);
}
