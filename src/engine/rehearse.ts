import type {Facts} from '../facts/facts.ts';
import {ForeseenGatherer} from '../facts/foreseen.ts';
import type {Gatherer} from '../facts/gather.ts';
import {Snapshot} from '../facts/snapshot.ts';
import type {Inventory} from '../inventory/inventory.ts';
import type {Rehearsed} from '../plan/document/rehearsed.ts';
import type {Command} from '../shell/command.ts';
import {decorate} from '../shell/decorate.ts';
import type {Shell} from '../shell/shell.ts';
import type {Step} from '../steps/step.ts';
import {TemplateError} from '../template/error.ts';
import {Scope} from '../template/scope.ts';
import {Unknown} from '../template/value.ts';
import type {Clock} from './ports.ts';
import {Rehearsal} from './rehearsal.ts';
import {RehearsalExecutor} from './rehearsal-executor.ts';
import {runPlaybook} from './run.ts';
import type {RunInput} from './run-state.ts';

/** The input of a rehearsal: that of a run, without what only runs require. */
export type RunDefinition = Omit<RunInput, 'world' | 'journal' | 'emit' | 'forks' | 'ask' | 'executor' | 'run'>;

/** The world of a rehearsal. Without a shell, only previously gathered facts are available. */
export type FactSource = {readonly gatherer: Gatherer; readonly shell?: Shell};

export type RehearsalResult = {
	readonly notes: readonly Rehearsed[];
	/** All facts that were read, which the plan relies on. */
	readonly facts: Facts;
};

/** Executes a playbook as in a run, one host after the other, but notes writes instead of performing them. */
export async function rehearse(script: RunDefinition, {gatherer, shell}: FactSource): Promise<RehearsalResult> {
	const snapshot = new Snapshot(gatherer);
	const foreseen = new ForeseenGatherer(snapshot);
	const isHere = (host: string) => isLocal(host, script);
	const rehearsal = new Rehearsal(foreseen, {
		asks: shell !== undefined,
		mayWrite: step => mayWrite(script.steps.get(step), step),
		isHere,
	});
	await runPlaybook({
		...script,
		inventory: withChanges(script.inventory, rehearsal),
		run: 'rehearsal',
		world: {shell: looking(shell), gatherer: foreseen, clock: unhurried},
		journal: {append: async () => {}},
		emit: event => rehearsal.on(event),
		forks: 1,
		executor: new RehearsalExecutor(rehearsal),
	});
	return {notes: rehearsal.notes, facts: await snapshot.facts()};
}

/** An inventory whose lookups are unknown as soon as the rehearsed tasks may have changed files of this machine. */
function withChanges(inventory: Inventory, rehearsal: Rehearsal): Inventory {
	const {outside, adjacentVars} = inventory;
	if (outside === undefined) return inventory;
	const changed = () => (rehearsal.wroteHere ? new Unknown('files that earlier tasks may change') : undefined);
	return {
		...inventory,
		outside: {...outside, changed},
		...(adjacentVars === undefined
			? {}
			: {adjacentVars: new Map([...adjacentVars].map(([folder, one]) => [folder, withChanges(one, rehearsal)]))}),
	};
}

/** Whether commands of a host run on this machine, by its variables. */
function isLocal(name: string, {inventory, given}: RunDefinition): boolean {
	const scope = Scope.within(inventory.outside, [{data: given}, {written: inventory.hosts.get(name)?.vars ?? {}}]);
	try {
		return scope.lookup('ansible_connection')?.value === 'local';
	} catch (error) {
		if (error instanceof TemplateError) return false;
		throw error;
	}
}

/** Whether a step, or the tasks of an include, may write. */
function mayWrite(step: Step | undefined, name: string): boolean {
	if (step === undefined) return name === 'include';
	return step.kind === 'composite' || step.effect === 'write';
}

/** A read-only shell; without a shell, one that rejects every command. */
function looking(shell: Shell = nowhere): Shell {
	return decorate(shell, async (command, run) => (command.effect === 'write' ? refuse(command) : run(command)));
}

const nowhere: Shell = {run: async command => refuse(command), close: async () => {}};

function refuse({argv, host}: Command): never {
	throw new Error(`a rehearsal must not run ${argv[0]} on ${host}`);
}

/** A rehearsal does not wait. */
const unhurried: Clock = {now: () => 0, sleep: async () => {}};
