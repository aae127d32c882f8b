import type {Facts} from '../facts/facts.ts';
import {ForeseenGatherer} from '../facts/foreseen.ts';
import type {Gatherer} from '../facts/gather.ts';
import {Snapshot} from '../facts/snapshot.ts';
import type {Rehearsed} from '../plan/document/rehearsed.ts';
import type {Command} from '../shell/command.ts';
import {decorate} from '../shell/decorate.ts';
import type {Shell} from '../shell/shell.ts';
import type {Clock} from './ports.ts';
import {Rehearsal} from './rehearsal.ts';
import {RehearsalExecutor} from './rehearsal-executor.ts';
import {runPlaybook} from './run.ts';
import type {RunInput} from './run-state.ts';

/** What is rehearsed: a run without what only a run needs. */
export type RunDefinition = Omit<RunInput, 'world' | 'journal' | 'emit' | 'forks' | 'ask' | 'executor' | 'run'>;

/** Where a rehearsal looks. Without a shell only facts that were gathered before are seen. */
export type FactSource = {readonly gatherer: Gatherer; readonly shell?: Shell};

export type RehearsalResult = {
	readonly notes: readonly Rehearsed[];
	/** All that was read of the hosts: what a plan relies on. */
	readonly facts: Facts;
};

/** Goes through a playbook as a run would, one host after the other, and writes nothing: what it would do is noted. */
export async function rehearse(script: RunDefinition, {gatherer, shell}: FactSource): Promise<RehearsalResult> {
	const snapshot = new Snapshot(gatherer);
	const foreseen = new ForeseenGatherer(snapshot);
	const rehearsal = new Rehearsal(foreseen, shell !== undefined);
	await runPlaybook({
		...script,
		run: 'rehearsal',
		world: {shell: looking(shell), gatherer: foreseen, clock: unhurried},
		journal: {append: async () => {}},
		emit: event => rehearsal.on(event),
		forks: 1,
		executor: new RehearsalExecutor(rehearsal),
	});
	return {notes: rehearsal.notes, facts: await snapshot.facts()};
}

/** A shell that only reads; without a shell, none that runs anything. */
function looking(shell: Shell = nowhere): Shell {
	return decorate(shell, async (command, run) => (command.effect === 'write' ? refuse(command) : run(command)));
}

const nowhere: Shell = {run: async command => refuse(command), close: async () => {}};

function refuse({argv, host}: Command): never {
	throw new Error(`a rehearsal must not run ${argv[0]} on ${host}`);
}

/** Nobody waits in a rehearsal. */
const unhurried: Clock = {now: () => 0, sleep: async () => {}};
