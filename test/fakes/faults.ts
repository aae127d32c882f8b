import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import type {FakeWorld} from './world.ts';

/** What can happen to a command: refused, or the connection goes before or after it has done its work. */
export const faults = ['fails', 'is lost before its work', 'is lost after its work'] as const;

export type Fault = (typeof faults)[number];

/** A shell in which something happens to the n-th write, counted from 0, once. */
export function faultyShell(
	inner: Shell & {readonly world: FakeWorld},
	nth: number,
	fault: Fault,
): Shell & {readonly world: FakeWorld} {
	let writes = -1;
	return {
		world: inner.world,
		async run(command: Command, options): Promise<Outcome> {
			if (command.effect === 'read') return inner.run(command, options);
			writes += 1;
			if (writes !== nth) return inner.run(command, options);
			const nothing = {stdout: '', stderr: '', durationMs: 1};
			if (fault === 'fails') return {end: 'exited', code: 1, ...nothing, stderr: 'error: no luck\n'};
			if (fault === 'is lost after its work') await inner.run(command, options);
			return {end: 'lost', reason: 'the test cut it', ...nothing};
		},
		close: () => inner.close(),
	};
}
