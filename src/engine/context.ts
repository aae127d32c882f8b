import {InterruptedError, StepError} from '../errors.ts';
import type {Gatherer} from '../facts/gather.ts';
import {demand, failureOf} from '../shell/demand.ts';
import type {Relay} from '../shell/relay.ts';
import type {Shell} from '../shell/shell.ts';
import type {Progress, StepContext} from '../steps/step.ts';
import type {Clock, Operator} from './ports.ts';

/** How steps access hosts and the operator. */
export type World = {
	readonly shell: Shell;
	readonly gatherer: Gatherer;
	readonly clock: Clock;
	/** The operator, if there is one. */
	readonly operator?: Operator;
	/** Omitted in rehearsals. */
	readonly relay?: Relay;
};

/** The context of one call of a step: when the signal fires, its commands end and no more are started. */
export function stepContext(world: World, signal: AbortSignal, progress: (progress: Progress) => void): StepContext {
	const {shell, gatherer, clock, operator} = world;
	const proceed = () => {
		if (signal.aborted) throw new InterruptedError();
	};
	return {
		signal,
		progress,
		async run(command, options = {}) {
			proceed();
			return demand(shell, command, {...options, signal});
		},
		async attempt(command, options = {}) {
			proceed();
			const outcome = await shell.run(command, {...options, signal});
			if (outcome.end === 'lost' || outcome.end === 'aborted') throw failureOf(command, outcome);
			return outcome;
		},
		async facts(requests) {
			proceed();
			return gatherer.read(requests);
		},
		async relay(overrides) {
			proceed();
			if (world.relay === undefined) throw new Error('relays are not available');
			return world.relay.open(overrides);
		},
		reconnect: async host => shell.reset?.(host),
		tell: text => operator?.tell(text),
		async ask(question, kind) {
			proceed();
			if (operator !== undefined) return operator.ask(question, kind, signal);
			throw new StepError(`cannot ask without a terminal: ${question}`, 'run vacate on a terminal', {retry: 'never'});
		},
		sleep: milliseconds => clock.sleep(milliseconds, signal),
		now: () => clock.now(),
	};
}
