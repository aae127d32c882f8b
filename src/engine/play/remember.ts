import {nothingLearned} from '../../plan/variables.ts';
import type {RunState} from '../run-state.ts';

/** Stores registered variables and facts of a host. */
export function remember(host: string, facts: Readonly<Record<string, unknown>>, {learned}: RunState): void {
	const known = learned.get(host) ?? nothingLearned;
	learned.set(host, {...known, facts: {...known.facts, ...facts}});
}
