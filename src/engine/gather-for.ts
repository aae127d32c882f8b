import {InterruptedError} from '../errors.ts';
import {type FactRequest, Facts} from '../facts/facts.ts';
import type {At} from '../steps/step.ts';
import type {RunState} from './run-state.ts';

/** What a step may know of its place. */
export function atFor(host: string, id: string, state: RunState): At {
	const {peer, mark, hostsOf} = state.input;
	return {host, peer, mark: mark(id), hosts: hostsOf};
}

/** Asks for facts, beside those that are there, until the step needs no more. */
export async function gatherFor(
	needs: (facts: Facts) => readonly FactRequest[],
	state: RunState,
	known: Facts = new Facts(),
): Promise<Facts> {
	let facts = known;
	for (;;) {
		const missing = needs(facts).filter(request => !facts.has(request));
		if (missing.length === 0) return facts;
		if (state.input.signal.aborted) throw new InterruptedError();
		const read = await state.input.world.gatherer.read(missing);
		facts = facts.with(missing.map(request => [request, read.get(request)] as const));
	}
}
