import type {Clock, Journal} from '../engine/ports.ts';
import type {RunInput} from '../engine/run-state.ts';
import type {Shell} from '../shell/shell.ts';

/** The ports through which a run reaches the hosts, the clock, its journal and its locks. */
export type Ports = {
	readonly shell: Shell;
	readonly journal: Journal;
	readonly clock: Clock;
	readonly hold: NonNullable<RunInput['hold']>;
};

/** Wraps the ports of the engine. A test program uses it to die in the middle of an action (test/points). */
export type WrapPorts = (ports: Ports) => Ports;

/** Leaves the ports as they are. */
export const plainPorts: WrapPorts = ports => ports;
