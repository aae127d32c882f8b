import {createGatherer} from '../../facts/gather.ts';
import type {Command} from '../../shell/command.ts';
import {decorate} from '../../shell/decorate.ts';
import {Secret} from '../../shell/secret.ts';
import type {World} from '../context.ts';
import type {ExecutionOverrides} from '../execution-overrides.ts';

/** No overrides: everything as in the inventory. */
export function hasNoOverrides(overrides: ExecutionOverrides): boolean {
	return Object.keys(overrides).length === 0;
}

/** The world of a task with overrides. */
export function worldWith(overrides: ExecutionOverrides, world: World): World {
	if (hasNoOverrides(overrides)) return world;
	const shell = decorate(world.shell, (command, run) => run(withOverrides(overrides, command)));
	return {...world, shell, gatherer: readsItself(overrides) ? createGatherer(shell) : world.gatherer};
}

/** The overrides in the journal, without secrets. */
export function journalledOverrides({environment, ...overrides}: ExecutionOverrides): ExecutionOverrides {
	if (environment === undefined) return overrides;
	const plain = Object.entries(environment).filter(([, value]) => !(value instanceof Secret));
	return {...overrides, environment: Object.fromEntries(plain)};
}

/** Reads with another user, on this machine, or with `no_log` use the same overrides. */
function readsItself({becomeUser, here, hidden}: ExecutionOverrides): boolean {
	return becomeUser !== undefined || here === true || hidden === true;
}

function withOverrides({environment, timeoutMs, ...overrides}: ExecutionOverrides, command: Command): Command {
	return {
		...command,
		...overrides,
		...(environment === undefined ? {} : {environment: {...environment, ...command.environment}}),
		...(timeoutMs === undefined ? {} : {timeoutMs: Math.min(timeoutMs, command.timeoutMs ?? timeoutMs)}),
	};
}
