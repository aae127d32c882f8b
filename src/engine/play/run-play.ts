import {InputError} from '../../errors.ts';
import type {Vars} from '../../inventory/inventory.ts';
import {inventoryFor} from '../../plan/adjacent-inventory.ts';
import {batchesOf, inOrder} from '../../plan/batches.ts';
import {hostsOfPlay, serialOf} from '../../plan/check.ts';
import {settledPlay} from '../../plan/settled-play.ts';
import {hostScope, nothingLearned, type VariableSources} from '../../plan/variables.ts';
import type {Node, Play} from '../../playbook/model.ts';
import type {Scope} from '../../template/scope.ts';
import {Unknown} from '../../template/value.ts';
import {knownText} from '../conditions.ts';
import {unwind} from '../recovery/unwind.ts';
import {mayContinue, type RunState} from '../run-state.ts';
import {settleAll} from '../settle-all.ts';
import {UndecidedError} from '../undecided-error.ts';
import type {Cohort} from './cohort.ts';
import {
	activeHosts,
	beginBatch,
	failedHosts,
	type HostState,
	type PlayHosts,
	type PlayRun,
	setHostState,
} from './play-state.ts';
import {mistaken} from './refuse.ts';
import {flush, walk} from './walk.ts';

/** Runs a play batch by batch. Returns whether the run continues with the next play. */
export async function runPlay(written: Play, state: RunState): Promise<boolean> {
	const {input, out} = state;
	const play = settledPlay(written, input.inventory, input.given);
	const hosts = hostsOfPlay(play, input.inventory, input.given, input.limit?.hosts);
	const ordered = inOrder(hosts, play.order, input.random ?? Math.random);
	input.emit({type: 'play-started', at: input.world.clock.now(), play: play.name, hosts: ordered});
	const left = ordered.filter(host => !out.has(host));
	const hostStates = new Map<string, HostState>(hosts.map(host => [host, out.has(host) ? 'failed' : 'going']));
	const shared: PlayHosts = {play, hosts, hostStates, filesOf: filesOf(play, hostStates, state)};
	for (const batch of batchesOf(left, serialOf(play, input.given))) {
		if (!mayContinue(state)) return false;
		const run = beginBatch(shared, batch, state);
		await runBatch(run);
		for (const host of batch) state.emptying.delete(host);
		if (endsRun(run)) return false;
		if (run.verdict.over) break;
	}
	return true;
}

/** The run ends with a batch whose hosts have all failed, unless the play sets a percentage. */
function endsRun(run: PlayRun): boolean {
	if (run.verdict.fatal) return true;
	return failedHosts(run.batch, run).length === run.batch.length && run.maxFailPercentage === undefined;
}

async function runBatch(run: PlayRun): Promise<void> {
	const {play, batch} = run;
	if (play.strategy === 'linear') return runSections({hosts: batch, guarded: false}, run);
	await settleAll(
		batch.map(async host => {
			const never = new AbortController().signal;
			const release = play.strategy === 'host_pinned' ? await run.forks.acquire(['forks'], never) : () => {};
			try {
				await runSections({hosts: [host], guarded: false}, run);
			} finally {
				release();
			}
		}),
	);
}

async function runSections(cohort: Cohort, run: PlayRun): Promise<void> {
	const {preTasks, tasks, postTasks, forceHandlers} = run.play;
	for (const section of [preTasks, tasks, postTasks]) {
		await runSection(section, cohort, run);
		const failed = forceHandlers ? failedHosts(cohort.hosts, run).filter(host => !run.state.out.has(host)) : [];
		setHostState(failed, 'going', run);
		await flush(cohort, run);
		setHostState(activeHosts(failed, run), 'failed', run);
		await dismiss(cohort, run);
	}
}

/** A failed host runs no more tasks, except its notified handlers with `force_handlers`. */
async function runSection(nodes: readonly Node[], cohort: Cohort, run: PlayRun): Promise<void> {
	for (const node of nodes) {
		await walk([node], cohort, run);
		if (!run.play.forceHandlers) await dismiss(cohort, run);
	}
}

/** Undoes the actions of hosts that have finally failed. */
async function dismiss({hosts}: Cohort, run: PlayRun): Promise<void> {
	const {state, failures} = run;
	const failed = failedHosts(hosts, run).filter(host => !state.out.has(host));
	await settleAll(
		failed.map(async host => {
			state.out.add(host);
			// Actions that a guest with an uncertain location may depend on are not undone.
			if (failures.get(host)?.end !== 'stuck') await unwind(host, state);
		}),
	);
}

/** The variables of the play's files for each host. A host without one of the files fails. */
function filesOf(play: Play, hostStates: Map<string, HostState>, state: RunState): VariableSources['filesOf'] {
	if (play.varsFiles.length === 0) return () => ({});
	const {given} = state.input;
	const inventory = inventoryFor(play, state.input.inventory);
	const setting: VariableSources = {
		inventory,
		given,
		play,
		filesOf: () => ({}),
		learnedOf: host => state.learned.get(host) ?? nothingLearned,
		magic: [],
	};
	const vars = new Map<string, Vars | Unknown>();
	for (const [host, standing] of hostStates) {
		if (standing !== 'going') continue;
		try {
			vars.set(host, varsOf(play, hostScope(setting, host)));
		} catch (error) {
			const title = 'vars_files';
			mistaken(error, {id: `${play.id}.${title}@${host}`, host, step: title, title}, state);
			if (error instanceof UndecidedError) {
				vars.set(host, new Unknown(error.of, 'uncertain'));
				continue;
			}
			hostStates.set(host, 'failed');
		}
	}
	return host => vars.get(host) ?? {};
}

/** @throws InputError for a missing file. */
function varsOf(play: Play, scope: Scope): Vars {
	const layers = play.varsFiles.map((choices, index) => {
		const files = choices.map(choice => knownText(choice.evaluate(scope)));
		const found = files.map(file => play.readVars(file)).find(vars => vars !== undefined);
		if (found !== undefined) return found;
		throw new InputError([play.place.problem(`file '${files.join("', '")}' not found`, `/vars_files/${index}`)]);
	});
	return Object.assign({}, ...layers);
}
