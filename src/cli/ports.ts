import type {Clock, Journal} from '../engine/ports.ts';
import type {RunInput} from '../engine/run-state.ts';
import type {Shell} from '../shell/shell.ts';

/** All through which a run reaches the world and its own memory. */
export type Ports = {
	readonly shell: Shell;
	readonly journal: Journal;
	readonly clock: Clock;
	readonly hold: NonNullable<RunInput['hold']>;
};

/**
 * What stands between the engine and its ports: nothing. A program of the tests sets another one before it starts the
 * command line, and dies in the middle of an act (test/points).
 */
export const between: {wrap: (ports: Ports) => Ports} = {wrap: ports => ports};
