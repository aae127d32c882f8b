import type {FactSource, RunDefinition} from '../engine/rehearse.ts';
import {rehearse} from '../engine/rehearse.ts';
import {InterruptedError} from '../errors.ts';
import {matchHosts} from '../inventory/patterns.ts';
import {buildPlan} from '../plan/document/build.ts';
import type {Decisions} from '../plan/document/decisions.ts';
import {stableFacts} from '../plan/document/facts-digest.ts';
import type {Plan, Sources} from '../plan/document/model.ts';
import {peersOf} from '../plan/peers.ts';
import {maskedData} from '../shell/mask.ts';
import {steps} from '../steps/index.ts';
import {digestOf} from '../store/plan-file.ts';
import type {Selected} from './options/select-inputs.ts';
import {type PlanInputs, sourcesOf} from './plan-inputs.ts';
import {toolName} from './provenance.ts';
import type {Signals} from './terminal/signals.ts';

type Digests = Pick<Sources['digests'], 'playbook' | 'inventory' | 'variables'>;

/** The mark of files that an action creates: the same for the same plan, so that its commands can be shown beforehand. */
export function markOf({playbook, inventory, variables}: Digests): (id: string) => string {
	return id => digestOf(`${playbook} ${inventory} ${variables} ${id}`).slice(-8);
}

/** The part of a run that is known before it begins. */
export function runDefinitionOf(
	{playbook, inventory, given, tags, limit}: Selected,
	mark: (id: string) => string,
	{stop, stopUndo}: Signals,
): RunDefinition {
	return {
		playbook,
		inventory,
		steps,
		given,
		tags,
		...(limit === undefined ? {} : {limit}),
		peer: peersOf(inventory, given),
		hostsOf: pattern => matchHosts(inventory, pattern),
		mark,
		signal: stop,
		undoSignal: stopUndo,
	};
}

/** Plans a playbook. With decisions: plans those that can still be performed. */
export async function planFor(
	selected: Selected,
	written: PlanInputs,
	stage: FactSource,
	signals: Signals,
	decisions?: Decisions,
): Promise<Plan> {
	const sources = await sourcesOf(selected, written);
	const script = runDefinitionOf(selected, markOf(sources.digests), signals);
	const {notes, facts} = await rehearse(decisions === undefined ? script : {...script, decisions}, stage);
	// An interrupted check gives no plan.
	if (signals.stop.aborted) throw new InterruptedError();
	const plan = buildPlan({
		madeBy: toolName(),
		madeFrom: {...sources, digests: {...sources.digests, facts: digestOf(stableFacts(facts))}},
		playbook: selected.playbook,
		hosts: [...selected.inventory.hosts.keys()],
		notes,
		facts,
	});
	// Titles, messages and reasons can also contain a secret.
	return maskedData(plan);
}
