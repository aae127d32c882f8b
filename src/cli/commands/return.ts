import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Command} from 'commander';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {collect} from '../options/collect.ts';
import {vaultOf} from '../options/inventory-options.ts';
import {type OverrideOptions, originOf, type WhyOptions, withOverride, withWhy} from '../origin.ts';
import type {WrapPorts} from '../ports.ts';
import type {SavedRun} from '../saved-run.ts';

type ReturnOptions = AccessOptions &
	WhyOptions &
	OverrideOptions & {
		readonly extraVars?: readonly string[];
		readonly json?: true;
		readonly yes?: true;
	};

/** `vacate return RUN`: brings the guests that a run has moved back to where they were. */
export function returnCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('return')
		.description(
			'Bring the guests that a run has moved back to where they were: a plan of its own, made from its journal.',
		)
		.argument('<run>', 'its name, or last');
	return withOverride(withWhy(withAccess(command)))
		.option('-e, --extra-vars <vars>', 'variables that the inventory needs (repeatable)', collect)
		.option('-y, --yes', 'do not ask before it begins')
		.option('--json', 'events as JSON Lines on standard output')
		.action(async (name: string, options: ReturnOptions) => {
			const {findRun, mustBeDead} = await import('../saved-run.ts');
			const saved = await findRun(name);
			await mustBeDead(saved);
			const playbook = await writeWayHome(saved);
			if (playbook === undefined) {
				process.stdout.write(`every guest that ${saved.run} has moved is where it was\n`);
				return;
			}
			const {extraVars = [], json = false, yes} = options;
			const {inventory, vault, forks} = saved.call;
			const [{loadInputs}, {select}, {startRun}, {planned}, {invocationOf}] = await Promise.all([
				import('../inputs.ts'),
				import('../options/select-inputs.ts'),
				import('../compose.ts'),
				import('../approved-plan.ts'),
				import('../invocation.ts'),
			]);
			const selected = select(await loadInputs(playbook, inventory, extraVars, await vaultOf(vault)), {});
			const asks = yes !== true && process.stdin.isTTY && process.stdout.isTTY;
			const output = json ? process.stderr : process.stdout;
			const origin = originOf(options);
			const exitCode = await startRun(selected, {
				wrapPorts,
				forks,
				json,
				step: false,
				access: await readAccess(options),
				origin,
				prepare: planned(
					selected,
					{playbook, inventory, extraVars},
					{output, asks, origin, override: options.override},
				),
				call: await invocationOf(playbook, {...vault, inventory, extraVars, forks}),
			});
			setExitCode(exitCode);
		});
}

/** The way home as a playbook, in the folder of the run; undefined when nobody is away. */
async function writeWayHome({run, folder, replay}: SavedRun): Promise<string | undefined> {
	const [{steps}, {movesOf}, {homewardMoves}, {unfoldedYamlText}] = await Promise.all([
		import('../../steps/index.ts'),
		import('../../engine/recovery/moves-of.ts'),
		import('../../steps/evacuation/decision/guests-away.ts'),
		import('../../yaml/write.ts'),
	]);
	const ways = homewardMoves(movesOf(replay, steps));
	if (ways.size === 0) return undefined;
	const plays = [...ways].map(([home, guests]) => ({
		name: `Back to ${home}, as run ${run} found it`,
		hosts: home,
		tasks: [{name: 'Bring its guests home', return_home: {guests}}],
	}));
	const file = join(folder, 'return.yml');
	await writeFile(file, `# The way back of run ${run}, made from its journal.\n${unfoldedYamlText(plays)}`);
	return file;
}
