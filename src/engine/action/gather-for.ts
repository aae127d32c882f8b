import {
	CommandError,
	InterruptedError,
	isHostFailure,
	SeveralUnreachableError,
	UnreachableError,
} from '../../errors.ts';
import {type FactRequest, Facts} from '../../facts/facts.ts';
import type {CompositeStep, Json, PlanContext} from '../../steps/step.ts';
import type {ActionName} from '../events.ts';
import type {RunState} from '../run-state.ts';

/** The context of a step for one host. */
export function atFor(host: string, id: string, state: RunState): PlanContext {
	const {peer, mark, hostsOf, verbosity = 0, areDestinationsApproved} = state.input;
	return {
		host,
		peer,
		mark: mark(id),
		hosts: hostsOf,
		emptying: state.emptying,
		moved: state.moved,
		verbosity,
		...(areDestinationsApproved === undefined ? {} : {areDestinationsApproved}),
	};
}

/** A composite step, as a task uses it. */
export type WholeStep = {
	// biome-ignore lint/suspicious/noExplicitAny: the registry has forgotten the types.
	readonly step: CompositeStep<any>;
	readonly params: Json;
	readonly name: ActionName;
};

/** Gathers the facts that a composite step requires to choose its parts. */
export function gatherForStep({step, params, name}: WholeStep, state: RunState): Promise<Facts> {
	const at = atFor(name.host, name.id, state);
	return gatherFor(
		known => step.needs(params, at, known),
		state,
		undefined,
		request => step.isOptional?.(request, at) === true,
	);
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
		const answers = await Promise.all(missing.map(request => readOne(request, state)));
		const failed = answers.flatMap(answer => ('error' in answer ? [answer] : []));
		const grave = failed.find(({request, error}) => !(isHostFailure(error) && isOptional(request)));
		if (grave !== undefined) throw worstOf(grave, failed);
		facts = facts.with(
			answers.flatMap(answer => ('error' in answer ? [] : [[answer.request, answer.value] as const])),
			failed.map(({request, error}) => [request, {why: textOf(error), answered: error instanceof CommandError}]),
		);
	}
}

type Answer = {readonly request: FactRequest; readonly value: unknown};
type Failed = {readonly request: FactRequest; readonly error: unknown};

/** The first failure. If a host cannot be reached, the error names all such hosts. */
function worstOf({error}: Failed, failed: readonly Failed[]): unknown {
	if (!(error instanceof UnreachableError)) return error;
	const byHost = new Map([[error.host, error]]);
	for (const {error: other} of failed) {
		if (other instanceof UnreachableError && !byHost.has(other.host)) byHost.set(other.host, other);
	}
	const [first = error, ...others] = byHost.values();
	return others.length === 0 ? error : new SeveralUnreachableError([first, ...others]);
}

/** Concurrent requests are combined by the gatherer. */
async function readOne(request: FactRequest, {input}: RunState): Promise<Answer | Failed> {
	try {
		return {request, value: (await input.world.gatherer.read([request])).get(request)};
	} catch (error) {
		return {request, error};
	}
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
