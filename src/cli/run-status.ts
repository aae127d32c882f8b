import {dirname} from 'node:path';
import {hiddenText} from '../engine/action/hidden.ts';
import type {AnyStep} from '../engine/action/perform.ts';
import {stepContext} from '../engine/context.ts';
import {keptAfter} from '../engine/recovery/kept-after.ts';
import {guestsLeft, movesOf} from '../engine/recovery/moves-of.ts';
import {isUnfinished} from '../engine/recovery/reconcile.ts';
import type {ActionRecord} from '../engine/recovery/replay.ts';
import {needsPerson} from '../engine/recovery/resolution.ts';
import {resolutionCommands} from '../engine/recovery/resolution-commands.ts';
import {journalActionName, stepOf} from '../engine/recovery/resume.ts';
import {createGatherer} from '../facts/gather.ts';
import {loadInventory} from '../inventory/load.ts';
import type {PlannedAction} from '../plan/document/model.ts';
import {steps} from '../steps/index.ts';
import type {CreatedFile, Json, StepContext} from '../steps/step.ts';
import type {ActionStatus, RunStatus} from '../views/status.ts';
import {clock} from './compose.ts';
import {connect, stderrConsole} from './connect.ts';
import type {Access} from './options/access.ts';
import {readGivenVars} from './options/given-vars.ts';
import {vaultOf} from './options/inventory-options.ts';
import type {SavedRun} from './saved-run.ts';

/** The status of a run, from its journal and its hosts. Read-only. */
export async function runStatus(
	{run, replay, call, plan}: SavedRun,
	alive: boolean,
	extraVars: readonly string[],
	access: Access,
): Promise<RunStatus> {
	const vault = await vaultOf(call.vault);
	const given = await readGivenVars(extraVars, vault);
	const inventory = await loadInventory(call.inventory, {vault, playbookFolders: [dirname(call.playbook)]});
	const shell = connect({inventory, given}, access, stderrConsole);
	const {signal} = new AbortController();
	const context = stepContext({shell, gatherer: createGatherer(shell), clock}, signal, () => {});
	try {
		const begun = new Set(replay.actions.map(({id}) => id.replace(/(>[^>]*)?(~\d+)?$/, '')));
		const waiting = (plan?.actions ?? []).filter(({id, reads}) => reads === undefined && !begun.has(id));
		const actions = await Promise.all([
			...replay.actions.map(account => standingOf({run, alive}, account, context)),
			...waiting.map(action => notBegun(action, context)),
		]);
		const {exitCode, waiting: guests} = replay;
		const moves = movesOf(replay, steps);
		return {
			run,
			playbook: call.playbook,
			alive,
			origins: replay.origins,
			...(exitCode === undefined ? {} : {exitCode}),
			left: guestsLeft(replay, moves),
			kept: keptAfter(moves),
			...(guests.length === 0 ? {} : {waiting: guests}),
			actions: actions.flat(),
		};
	} finally {
		await shell.close();
	}
}

/** The state of an action in the journal, and the location of its guest; omitted for read-only actions. */
async function standingOf(
	{run, alive}: Pick<RunStatus, 'run' | 'alive'>,
	account: ActionRecord,
	context: StepContext,
): Promise<readonly ActionStatus[]> {
	const {id, host, action, phase, receipt, message} = account;
	const step = stepOf(account, steps);
	if (step.effect === 'read') return [];
	const {title, guest} = journalActionName({id, host, step, action});
	const unsettled = isUnfinished(account, step);
	const isOpen = !alive && needsPerson(account, step);
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
			...(await whereNow(step, action, context)),
			...(unsettled && message !== undefined ? {message} : {}),
			...(left.length === 0 ? {} : {left}),
			...(isOpen ? {resolve: resolutionCommands(run, id)} : {}),
			...(account.resolution === undefined ? {} : {resolution: account.resolution}),
			...(moved === undefined ? {} : {from: moved.from, to: moved.to}),
		},
	];
}

/** An action of the plan that is not in the journal. */
async function notBegun(
	{id, host, step, title, guest, skip, action}: PlannedAction,
	context: StepContext,
): Promise<readonly ActionStatus[]> {
	const now = await whereNow(stepOf({step, action}, steps), action, context);
	const phase = skip === undefined ? 'waiting' : 'left out';
	return [{id, host, title, phase, unsettled: false, ...(guest === undefined ? {} : {guest}), ...now}];
}

async function whereNow(step: AnyStep, action: Json, context: StepContext): Promise<Pick<ActionStatus, 'now'>> {
	if (step.where === undefined || action === hiddenText) return {};
	return {now: (await step.where(action, context)).text};
}

/** Files that an action may have created: those that exist, and those whose host does not answer. */
async function leftBy(
	traces: readonly CreatedFile[],
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
