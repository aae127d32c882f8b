import {Command} from 'commander';
import {PrerequisiteError} from '../../errors.ts';
import type {SealedPlan} from '../../plan/document/model.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withVault} from '../options/inventory-options.ts';
import {collect, positive} from '../options/parsers.ts';
import type {Selected} from '../options/select-inputs.ts';
import {type OverrideOptions, originOf, type WhyOptions, withOverride, withWhy} from '../origin.ts';
import type {PlanInputs} from '../plan-inputs.ts';
import type {WrapPorts} from '../ports.ts';

type ApplyOptions = Omit<InventoryChoice, 'inventory'> &
	AccessOptions &
	WhyOptions &
	OverrideOptions & {readonly extraVars?: readonly string[]; readonly forks: number; readonly json?: true};

/** `vacate apply PLAN`: performs the actions of a plan, or refuses to. */
export function applyCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('apply')
		.helpGroup(commandGroups.runs)
		.description(
			'Apply a plan. Actions affected by drift are not performed. The only new decision is the next best destination of a guest that its destination does not accept, and none where a policy requires approvals (see next_best_destination in vacate doc evacuate).',
		)
		.argument('<plan>');
	return withOverride(withWhy(withAccess(withVault(command))))
		.option(
			'-e, --extra-vars <vars>',
			'variables that are not stored in the plan, such as passwords (repeatable)',
			collect,
		)
		.option('-f, --forks <number>', 'number of hosts that run a task at the same time', positive, 20)
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (file: string, options: ApplyOptions) => {
			const [{readPlanToApply}, {startRun}, {checkedAgainst}] = await Promise.all([
				import('../../store/plan-file.ts'),
				import('../compose.ts'),
				import('../approved-plan.ts'),
			]);
			const {invocationOf} = await import('../invocation.ts');
			const read = await readPlanToApply(file);
			const {plan} = read;
			const [{demandApproval}, {readPolicy}] = await Promise.all([
				import('../gate.ts'),
				import('../../store/policy-file.ts'),
			]);
			const {override} = options;
			const policy = await readPolicy();
			const origin = await demandApproval(policy, {plan, file, origin: originOf(options), override});
			const {written, selected} = await inputsOf(plan, file, options);
			const exitCode = await startRun(selected, {
				wrapPorts,
				forks: options.forks,
				json: options.json === true,
				step: false,
				access: await readAccess(options),
				origin,
				policy,
				planFile: file,
				prepare: checkedAgainst(read, file, selected, written),
				call: await invocationOf(written.playbook, {...options, ...written, extraVars: options.extraVars ?? []}),
			});
			setExitCode(exitCode);
		});
}

/** Reads the inputs of the plan again. @throws PrerequisiteError if they have changed. */
async function inputsOf(
	{made_from: made}: SealedPlan,
	file: string,
	options: ApplyOptions,
): Promise<{readonly written: PlanInputs; readonly selected: Selected}> {
	const [{loadInputs}, {select}, {sourcesOf}] = await Promise.all([
		import('../inputs.ts'),
		import('../options/select-inputs.ts'),
		import('../plan-inputs.ts'),
	]);
	const written: PlanInputs = {
		playbook: made.playbook,
		inventory: made.inventories,
		extraVars: [...made.extra_vars, ...(options.extraVars ?? [])],
		...(made.limit === undefined ? {} : {limit: made.limit}),
		...(made.tags === undefined ? {} : {tags: made.tags}),
		...(made.skip_tags === undefined ? {} : {skipTags: made.skip_tags}),
		...(made.start_at_task === undefined ? {} : {startAtTask: made.start_at_task}),
	};
	const inputs = await loadInputs(made.playbook, made.inventories, written.extraVars, await vaultOf(options));
	const selected = select(inputs, written);
	const {digests} = await sourcesOf(selected, written);
	const names = ['playbook', 'inventory', 'variables'] as const;
	const changed = names.filter(name => digests[name] !== made.digests[name]);
	if (changed.length === 0) return {written, selected};
	throw new PrerequisiteError(
		`the ${changed.join(' and the ')} changed after ${file} was made`,
		`plan again and compare: vacate diff ${file} NEW`,
	);
}
