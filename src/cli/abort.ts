import {Command} from 'commander';
import {PrerequisiteError} from '../errors.ts';

/** `vacate abort RUN`: what Ctrl-C does where the run was started. */
export function abortCommand(): Command {
	return new Command('abort')
		.description('Stop a run that is going on: what is under way is ended and taken back.')
		.argument('<run>', 'its name, or last')
		.action(async (name: string) => {
			const {findRun} = await import('./saved-run.ts');
			const {abortRun} = await import('./control.ts');
			const {run, folder} = await findRun(name);
			if (!(await abortRun(folder))) {
				throw new PrerequisiteError(`${run} is not going on here`, `see how it stands: vacate status ${run}`);
			}
			process.stdout.write(`${run} has ended. How it stands: vacate status ${run}\n`);
		});
}
