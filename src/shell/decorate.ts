import type {Command} from './command.ts';
import type {Outcome, RunOptions, Shell} from './shell.ts';

/** What is done around each command of a shell: `run` runs it, or another one in its place. */
export type Decoration = (command: Command, run: (command: Command) => Promise<Outcome>) => Promise<Outcome>;

/**
 * A shell with something done around each of its commands. Every layer over a shell is made by this.
 *
 * @param close What is closed after the shell itself.
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
