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

/** Puts something between the engine and its ports. A program of the tests dies there in the middle of an act (test/points). */
export type WrapPorts = (ports: Ports) => Ports;

/** The ports themselves. */
export const plainPorts: WrapPorts = ports => ports;
