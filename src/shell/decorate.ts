import type {Command} from './command.ts';
import type {Outcome, RunOptions, Shell} from './shell.ts';

/** Wraps each command of a shell: `run` runs the command, or another one in its place. */
export type Decoration = (command: Command, run: (command: Command) => Promise<Outcome>) => Promise<Outcome>;

/**
 * A shell whose commands are wrapped. Every layer over a shell is created by this function.
 *
 * @param close Called after the shell itself is closed.
 */
export function decorate(shell: Shell, around: Decoration, close: () => Promise<void> = async () => {}): Shell {
	return {
		run: (command, options?: RunOptions) => around(command, one => shell.run(one, options)),
		reset: async host => shell.reset?.(host),
		async close() {
			await shell.close();
			await close();
		},
	};
}
