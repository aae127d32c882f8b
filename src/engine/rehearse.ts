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
