import {writeFile} from 'node:fs/promises';
import {Command, Option} from 'commander';
import {exitCodeOf} from '../../exit-code.ts';
import type {Plan} from '../../plan/document/model.ts';
import {inWindow} from '../../plan/document/window.ts';
import {parseDuration} from '../../units/units.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect, quantity} from '../options/parsers.ts';
import {type SelectOptions, withSelectOptions} from '../options/select.ts';
import type {Selected} from '../options/select-inputs.ts';
import {originOf, type WhyOptions, withWhy} from '../origin.ts';

type PlanOptions = InventoryChoice &
	SelectOptions &
	AccessOptions &
	WhyOptions & {
		readonly extraVars?: readonly string[];
		readonly facts?: string;
		readonly output?: string;
		readonly checkOnly?: true;
		readonly window?: number;
	};

/** `vacate plan PLAYBOOK`: writes a plan of what a run would do. */
export function planCommand(): Command {
	const command = new Command('plan')
		.helpGroup(commandGroups.plans)
		.description('Plan a playbook: write a plan file to review, compare and apply. Read-only.')
		.argument('<playbook>');
	return withWhy(withAccess(withSelectOptions(withInventory(command, 'inventory'))))
		.option('-e, --extra-vars <vars>', 'set variables: name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--facts <file>', 'plan from a facts file written by `vacate facts`; no host is contacted')
		.option('-o, --output <file>', 'write the plan to FILE (default: standard output)')
		.option(
			'--window <time>',
			'check whether the plan fits into a maintenance window, such as 2 h, and which guests to leave out',
			quantity(parseDuration),
		)
		.addOption(
			new Option('--check-only', 'only report whether the plan can be applied; write no plan').conflicts('output'),
		)
		.action(async (file: string, options: PlanOptions) => {
			const {loadInputs} = await import('../inputs.ts');
			const {select} = await import('../options/select-inputs.ts');
			const {inventory = [], extraVars = []} = options;
			const selected = select(await loadInputs(file, inventory, extraVars, await vaultOf(options)), options);
			await planAndTell(selected, file, options);
		});
}

/** Plans, reports the result and sets the exit code: 3 if the plan is incomplete. */
export async function planAndTell(selected: Selected, playbook: string, options: PlanOptions): Promise<void> {
	const made = await make(selected, playbook, options);
	const plan = options.window === undefined ? made : inWindow(made, options.window);
	await tell(plan, options);
	setExitCode(exitCodeOf({of: 'plan', isComplete: isWhole(plan)}));
}

async function make(selected: Selected, playbook: string, options: PlanOptions): Promise<Plan> {
	const [{planFor}, {listenForSignals}, {stderrConsole}, {openFactSource}] = await Promise.all([
		import('../make-plan.ts'),
		import('../terminal/signals.ts'),
		import('../connect.ts'),
		import('../fact-source.ts'),
	]);
	const {inventory = [], extraVars = []} = options;
	const stage = await openFactSource(selected, options.facts, await readAccess(options));
	const signals = listenForSignals(stderrConsole.tell);
	try {
		return await planFor(selected, {...options, playbook, inventory, extraVars}, stage, signals);
	} finally {
		signals.close();
		await stage.shell?.close();
	}
}

async function tell(plan: Plan, {output, checkOnly, ...why}: PlanOptions): Promise<void> {
	const [{planSummaryText}, {planFileText, sealedPlan}] = await Promise.all([
		import('../../views/plan/text.ts'),
		import('../../store/plan-file.ts'),
	]);
	if (output === undefined && checkOnly === undefined) {
		process.stdout.write(planFileText(plan));
		return;
	}
	process.stdout.write(`${planSummaryText(plan)}\n`);
	if (output === undefined) return;
	const text = planFileText(plan);
	await writeFile(output, text);
	const {writeOrigin} = await import('../../store/plan-origin.ts');
	await writeOrigin(output, sealedPlan(plan).seal, originOf(why));
	const apply = plan.problems.length > 0 || plan.actions.length === 0 ? '' : `  next: vacate apply ${output}\n`;
	process.stdout.write(`\nplan written to ${output}\n  next: vacate show ${output}\n${apply}`);
}

/** Whether the plan does everything that the playbook asks for. */
function isWhole({problems, left, expected: {window}}: Plan): boolean {
	return problems.length === 0 && !left.some(({fails}) => fails) && (window?.leave_out.length ?? 0) === 0;
}
