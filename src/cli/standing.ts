import {dirname} from 'node:path';
import {stepContext} from '../engine/context.ts';
import {nameOf, stepOf} from '../engine/go-on.ts';
import {isUnsettled} from '../engine/reconcile.ts';
import {createGatherer} from '../facts/gather.ts';
import {loadInventory} from '../inventory/load.ts';
import {steps} from '../steps/index.ts';
import type {StepContext, Trace} from '../steps/step.ts';
import type {ActionStatus, RunStatus} from '../views/status.ts';
import type {Access} from './access.ts';
import {readGivenVars} from './given-vars.ts';
import {vaultOf} from './inventory-options.ts';
import {aside, reach} from './reach.ts';
import type {SavedRun} from './saved-run.ts';
import {clock} from './wire.ts';

/** How a run stands: what its journal says, and what the hosts say. Only reads. */
export async function standing(
	{run, replay, call}: SavedRun,
	alive: boolean,
	extraVars: readonly string[],
	access: Access,
): Promise<RunStatus> {
	const vault = await vaultOf(call.vault);
	const given = await readGivenVars(extraVars, vault);
	const inventory = await loadInventory(call.inventory, {vault, playbookFolders: [dirname(call.playbook)]});
	const shell = reach(inventory, given, access, aside);
	const {signal} = new AbortController();
	const context = stepContext({shell, gatherer: createGatherer(shell), clock}, signal, () => {});
	try {
		const actions = await Promise.all(
			replay.accounts.map(async (account): Promise<ActionStatus[]> => {
				const {id, host, action, phase, receipt, message} = account;
				const step = stepOf(account, steps);
				if (step.effect === 'read') return [];
				const {title, guest} = nameOf({id, host, step, action});
				const unsettled = isUnsettled(account, step);
				const now = step.where === undefined ? undefined : (await step.where(action, context)).text;
				const left = unsettled ? await leftBy(step.traces?.(action) ?? [], context) : [];
				const moved = receipt === undefined ? undefined : step.guest?.(action, receipt);
				return [
					{
						id,
						host,
						title,
						phase,
						unsettled,
						...(guest === undefined ? {} : {guest}),
						...(now === undefined ? {} : {now}),
						...(unsettled && message !== undefined ? {message} : {}),
						...(left.length === 0 ? {} : {left}),
						...(moved === undefined ? {} : {from: moved.from, to: moved.to}),
					},
				];
			}),
		);
		const {exitCode} = replay;
		return {
			run,
			playbook: call.playbook,
			alive,
			...(exitCode === undefined ? {} : {exitCode}),
			actions: actions.flat(),
		};
	} finally {
		await shell.close();
	}
}

/** Of the files that an action may have made: those that are there, and those of which a host does not tell. */
async function leftBy(
	traces: readonly Trace[],
	context: StepContext,
): Promise<readonly NonNullable<ActionStatus['left']>[number][]> {
	const looked = traces.map(async ({host, path}) => {
		const request = {kind: 'path', host, path} as const;
		const found = await context.facts([request]).then(
			facts => facts.of(request).type,
			() => undefined,
		);
		if (found === 'absent') return [];
		return [{host, path, there: found === undefined ? ('unknown' as const) : ('yes' as const)}];
	});
	return (await Promise.all(looked)).flat();
}
