import {CommandError, InterruptedError, isHostFailure} from '../../errors.ts';
import {type FactRequest, Facts} from '../../facts/facts.ts';
import type {PlanContext} from '../../steps/step.ts';
import type {RunState} from '../run-state.ts';

/** The context of a step for one host. */
export function atFor(host: string, id: string, state: RunState): PlanContext {
	const {peer, mark, hostsOf, verbosity = 0} = state.input;
	return {host, peer, mark: mark(id), hosts: hostsOf, emptying: state.emptying, moved: state.moved, verbosity};
}

/** Gathers facts until the step requires no more. Optional facts may fail. */
export async function gatherFor(
	needs: (facts: Facts) => readonly FactRequest[],
	state: RunState,
	known: Facts = new Facts(),
	isOptional: (request: FactRequest) => boolean = () => false,
): Promise<Facts> {
	let facts = known;
	for (;;) {
		const missing = needs(facts).filter(request => !facts.has(request));
		if (missing.length === 0) return facts;
		if (state.input.signal.aborted) throw new InterruptedError();
		const answers = await Promise.all(missing.map(request => readOne(request, state, isOptional)));
		facts = facts.with(
			answers.flatMap(({request, value, why}) => (why === undefined ? [[request, value] as const] : [])),
			answers.flatMap(({request, why}) => (why === undefined ? [] : [[request, why] as const])),
		);
	}
}

/** Concurrent requests are combined by the gatherer. */
async function readOne(request: FactRequest, {input}: RunState, isOptional: (request: FactRequest) => boolean) {
	try {
		return {request, value: (await input.world.gatherer.read([request])).get(request)};
	} catch (error) {
		if (isHostFailure(error) && isOptional(request)) {
			return {request, why: {why: error.message, answered: error instanceof CommandError}};
		}
		throw error;
	}
}
