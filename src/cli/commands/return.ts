import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Command} from 'commander';
import type {Json} from '../../steps/step.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {vaultOf} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';
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

/** `vacate return RUN`: moves the guests of a run back to the hosts they came from. */
export function returnCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('return')
		.helpGroup(commandGroups.runs)
		.description('Move the guests of a run back to the hosts they came from, with a new plan made from its journal.')
		.argument('<run>', 'name of the run, or last');
	return withOverride(withWhy(withAccess(command)))
		.option('-e, --extra-vars <vars>', 'variables that the inventory requires (repeatable)', collect)
		.option('-y, --yes', 'apply the plan without asking for approval')
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (name: string, options: ReturnOptions) => {
			const {findRun, mustBeDead} = await import('../saved-run.ts');
			const saved = await findRun(name);
			await mustBeDead(saved);
			const playbook = await writeWayHome(saved);
			if (playbook === undefined) {
				process.stdout.write(`every guest that ${saved.run} moved is back on its original host\n`);
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
			const {readPolicy} = await import('../../store/policy-file.ts');
			const policy = await readPolicy();
			const exitCode = await startRun(selected, {
				wrapPorts,
				forks,
				json,
				step: false,
				access: await readAccess(options),
				origin,
				policy,
				prepare: planned(
					selected,
					{playbook, inventory, extraVars},
					{output, asks, origin, override: options.override, policy},
				),
				call: await invocationOf(playbook, {...vault, inventory, extraVars, forks}),
			});
			setExitCode(exitCode);
		});
}

/** Writes the playbook of the return to the folder of the run; undefined if no guest is away. */
async function writeWayHome({run, folder, replay}: SavedRun): Promise<string | undefined> {
	const [{steps}, {movesOf}, {homewardMoves}, {unfoldedYamlText}] = await Promise.all([
		import('../../steps/index.ts'),
		import('../../engine/recovery/moves-of.ts'),
		import('../../steps/evacuation/decision/guests-away.ts'),
		import('../../yaml/write.ts'),
	]);
	const ways = homewardMoves(movesOf(replay, steps));
	if (ways.size === 0) return undefined;
	const cordoned = new Map(
		replay.actions
			.filter(({step, phase}) => step === 'cordon' && phase === 'succeeded')
			.map(({host, action}) => [host, ownerOf(action)]),
	);
	const plays = [...ways].map(([home, guests]) => ({
		name: `Return the guests of run ${run} to ${home}`,
		hosts: home,
		tasks: [
			...(cordoned.has(home) ? [{name: 'Lift the cordon of that run', uncordon: cordoned.get(home)}] : []),
			{name: 'Move the guests back', return_home: {guests}},
		],
	}));
	const file = join(folder, 'return.yml');
	await writeFile(file, `# Returns the guests of run ${run}; generated from its journal.\n${unfoldedYamlText(plays)}`);
	return file;
}

/** The owner of a cordon, as the parameter of `uncordon`. */
function ownerOf(action: Json): {readonly owner?: string} {
	const isOwned = typeof action === 'object' && action !== null && 'owner' in action;
	return isOwned && typeof action.owner === 'string' ? {owner: action.owner} : {};
}
