import {Command} from 'commander';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {collect} from '../options/collect.ts';

/** `vacate status RUN`: how a run stands, and where each of its guests is by the hosts' own word. Changes nothing. */
export function statusCommand(): Command {
	return withAccess(new Command('status').description('Tell how a run stands, and where its guests are.'))
		.argument('<run>', 'its name, or last')
		.option('-e, --extra-vars <vars>', 'the same as the run was given (repeatable)', collect)
		.option('--json', 'as JSON')
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
