import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {collect} from '../options/parsers.ts';

/** `vacate status RUN`: the state of a run, and the location of each guest as its hosts report it. Read-only. */
export function statusCommand(): Command {
	return withAccess(
		new Command('status')
			.helpGroup(commandGroups.runs)
			.description('Show the state of a run and where its guests are.'),
	)
		.argument('<run>', 'name of the run, or last')
		.option('-e, --extra-vars <vars>', 'the same variables as for the run (repeatable)', collect)
		.option('--json', 'print JSON')
		.action(async (name: string, options: AccessOptions & {extraVars?: readonly string[]; json?: true}) => {
			const {findRun} = await import('../saved-run.ts');
			const {isAlive} = await import('../../store/control.ts');
			const saved = await findRun(name);
			const {runStatus} = await import('../run-status.ts');
			const {statusText} = await import('../../views/status.ts');
			const status = await runStatus(
				saved,
				await isAlive(saved.folder),
				options.extraVars ?? [],
				await readAccess(options),
			);
			process.stdout.write(
				options.json === true ? `${JSON.stringify(status, undefined, 2)}\n` : `${statusText(status)}\n`,
			);
		});
}
