import {writeFile} from 'node:fs/promises';
import {Command, Option} from 'commander';
import {exitCodes} from '../../errors.ts';
import type {Plan} from '../../plan/document/model.ts';
import {inWindow} from '../../plan/document/window.ts';
import {parseDuration} from '../../units/units.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {collect} from '../options/collect.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {quantity} from '../options/quantity.ts';
import {type SelectOptions, withSelectOptions} from '../options/select.ts';
import type {Selected} from '../options/select-inputs.ts';

type PlanOptions = InventoryChoice &
	SelectOptions &
	AccessOptions & {
		readonly extraVars?: readonly string[];
		readonly facts?: string;
		readonly output?: string;
		readonly checkOnly?: true;
		readonly window?: number;
	};

/** `vacate plan PLAYBOOK`: all that a run would do, before anything is done. */
export function planCommand(): Command {
	const command = new Command('plan')
		.description('Work out what a run would do: a file to review, to compare and to apply. Nothing is changed.')
		.argument('<playbook>');
	return withAccess(withSelectOptions(withInventory(command, 'the hosts')))
		.option('-e, --extra-vars <vars>', 'name=value, a mapping, or @FILE (repeatable)', collect)
		.option('--facts <file>', 'plan from facts that `vacate facts` has gathered; no host is reached')
		.option('-o, --output <file>', 'where the plan goes. Else to standard output')
		.option(
			'--window <time>',
			'say whether it fits into this time, and what to leave out: 2 h',
			quantity(parseDuration),
		)
		.addOption(new Option('--check-only', 'only say whether it can be done; no plan is written').conflicts('output'))
		.action(async (file: string, options: PlanOptions) => {
			const {loadInputs} = await import('../inputs.ts');
			const {select} = await import('../options/select-inputs.ts');
			const {inventory = [], extraVars = []} = options;
			const selected = select(await loadInputs(file, inventory, extraVars, await vaultOf(options)), options);
			await planAndTell(selected, file, options);
		});
}

/** Plans, tells it, and sets the exit code: 3 when not all that is asked for can be done. */
export async function planAndTell(selected: Selected, playbook: string, options: PlanOptions): Promise<void> {
	const made = await make(selected, playbook, options);
	const plan = options.window === undefined ? made : inWindow(made, options.window);
	await tell(plan, options);
	process.exitCode = isWhole(plan) ? exitCodes.done : exitCodes.prerequisite;
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

async function tell(plan: Plan, {output, checkOnly}: PlanOptions): Promise<void> {
	const [{planSummaryText}, {planFileText}] = await Promise.all([
		import('../../views/plan/text.ts'),
		import('../../store/plan-file.ts'),
	]);
	if (output === undefined && checkOnly === undefined) {
		process.stdout.write(planFileText(plan));
		return;
	}
	process.stdout.write(`${planSummaryText(plan)}\n`);
	if (output === undefined) return;
	await writeFile(output, planFileText(plan));
	const apply = plan.problems.length > 0 || plan.actions.length === 0 ? '' : `  next: vacate apply ${output}\n`;
	process.stdout.write(`\nthe plan is in ${output}\n  next: vacate show ${output}\n${apply}`);
}

/** Does it do all that the playbook asks for? */
function isWhole({problems, left, expected: {window}}: Plan): boolean {
	return problems.length === 0 && !left.some(({fails}) => fails) && (window?.leave_out.length ?? 0) === 0;
}
