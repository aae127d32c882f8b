import {createGatherer} from '../../facts/gather.ts';
import type {Command} from '../../shell/command.ts';
import {Secret} from '../../shell/secret.ts';
import type {Shell} from '../../shell/shell.ts';
import type {World} from '../context.ts';

/**
 * How a task reaches its host, where that is not as the inventory says. What is done in a way is taken back in the same
 * way, also by a run that is resumed.
 */
export type Way = Pick<Command, 'environment' | 'timeoutMs' | 'becomeUser' | 'here' | 'hidden'>;

/** Nothing but what the inventory says. */
export function isUsual(way: Way): boolean {
	return Object.keys(way).length === 0;
}

/** The world as a task sees it that goes a way. */
export function worldOn(way: Way, world: World): World {
	if (isUsual(way)) return world;
	const shell = adapted(world.shell, command => withWay(way, command));
	return {...world, shell, gatherer: readsItself(way) ? createGatherer(shell) : world.gatherer};
}

/** What the journal keeps of a way: no secret. */
export function keptWay({environment, ...way}: Way): Way {
	if (environment === undefined) return way;
	const plain = Object.entries(environment).filter(([, value]) => !(value instanceof Secret));
	return {...way, environment: Object.fromEntries(plain)};
}

/** What is read for somebody else, here, or in secret is read as it is done. */
function readsItself({becomeUser, here, hidden}: Way): boolean {
	return becomeUser !== undefined || here === true || hidden === true;
}

function withWay({environment, timeoutMs, ...way}: Way, command: Command): Command {
	return {
		...command,
		...way,
		...(environment === undefined ? {} : {environment: {...environment, ...command.environment}}),
		...(timeoutMs === undefined ? {} : {timeoutMs: Math.min(timeoutMs, command.timeoutMs ?? timeoutMs)}),
	};
}

function adapted(shell: Shell, adapt: (command: Command) => Command): Shell {
	return {
		run: (command, options) => shell.run(adapt(command), options),
		reset: async host => shell.reset?.(host),
		close: () => shell.close(),
	};
}
