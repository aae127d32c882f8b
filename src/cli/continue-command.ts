import {Command} from 'commander';
import {InputError} from '../errors.ts';
import {exitCodeOf} from '../exit-code.ts';
import type {RunControl} from '../store/control.ts';
import {commandGroups} from './command-groups.ts';
import {setExitCode} from './exit.ts';
import {type AccessOptions, readAccess, withAccess} from './options/access.ts';
import {vaultOf} from './options/inventory-options.ts';
import {collect} from './options/parsers.ts';
import {type ResolutionOptions, resolutionsIn, withResolutions} from './options/resolutions.ts';
import {originOf, type WhyOptions, withWhy} from './origin.ts';
import type {WrapPorts} from './ports.ts';
import type {SavedRun} from './saved-run.ts';

type ContinueOptions = AccessOptions &
	WhyOptions &
	ResolutionOptions & {readonly extraVars?: readonly string[]; readonly json?: true};

/** A command that continues a run which has begun: both take the same options. */
export function continueCommand(wrapPorts: WrapPorts, how: 'resume' | 'undo', description: string): Command {
	const command = new Command(how)
		.helpGroup(commandGroups.runs)
		.description(description)
		.argument('<run>', 'name of the run, or last');
	return withResolutions(withWhy(withAccess(command)), how)
		.option(
			'-e, --extra-vars <vars>',
			'the same variables as for the run, whose values are not stored (repeatable)',
			collect,
		)
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (name: string, options: ContinueOptions) => {
			const {folderOf, findRun} = await import('./saved-run.ts');
			const {run, folder} = await folderOf(name);
			const {RunControl} = await import('../store/control.ts');
			const control = await RunControl.claim(folder, run);
			try {
				// Read only after it is claimed: until then its own process may still write.
				setExitCode(await continueSaved(await findRun(run), how, {...options, wrapPorts}, control));
			} finally {
				await control.close();
			}
		});
}

async function continueSaved(
	saved: SavedRun,
	how: 'resume' | 'undo',
	options: ContinueOptions & {readonly wrapPorts: WrapPorts},
	control: RunControl,
): Promise<number> {
	const {call, replay, run} = saved;
	const {steps} = await import('../steps/index.ts');
	const {stepOf, unfinishedActions} = await import('../engine/recovery/resume.ts');
	const {checkResolutions} = await import('../engine/recovery/resolution.ts');
	const resolutions = resolutionsIn(options);
	checkResolutions(replay, resolutions, account => stepOf(account, steps));
	const isOver = unfinishedActions(replay, steps).length === 0 && replay.waiting.length === 0;
	if (how === 'resume' && replay.exitCode !== undefined && isOver) {
		process.stdout.write(`${run} has ended (exit code ${replay.exitCode}): nothing to do\n`);
		return exitCodeOf({of: 'nothing'});
	}
	const {mustBeUnchanged} = await import('./saved-run.ts');
	await mustBeUnchanged(saved);
	const {extraVars = [], json = false, wrapPorts} = options;
	if (extraVars.length < call.extraVars) {
		const hint = 'give them again: their values are not stored, because they may be secrets';
		throw new InputError([{message: `${run} was started with ${call.extraVars} -e options`, hint}]);
	}
	const {loadInputs} = await import('./inputs.ts');
	const {select} = await import('./options/select-inputs.ts');
	const inputs = await loadInputs(call.playbook, call.inventory, extraVars, await vaultOf(call.vault));
	const {continueRun} = await import('./compose.ts');
	const access = await readAccess(options);
	const {readPolicy} = await import('../store/policy-file.ts');
	// Undo begins no move: a policy that cannot be read does not prevent it.
	const policy = how === 'resume' ? await readPolicy() : undefined;
	return continueRun(
		select(inputs, call.select),
		saved,
		control,
		{resolutions, forks: call.forks, json, step: false, access, wrapPorts, origin: originOf(options), policy},
		how,
	);
}
