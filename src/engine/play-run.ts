import {dirname, resolve} from 'node:path';
import type {Vars} from '../inventory/inventory.ts';
import {maxFailPercentageOf} from '../plan/check.ts';
import {nothingLearned, type Setting} from '../plan/variables.ts';
import type {Handler, Play} from '../playbook/model.ts';
import type {Result} from '../steps/step.ts';
import {Limits} from './limits.ts';
import type {RunState, TaskEnd} from './run-state.ts';

/** Where a host stands in a play: at work, failed, or at its end by a `meta` task. */
export type Standing = 'going' | 'failed' | 'ended';

/** What a host has failed with. */
export type Failed = {readonly task: string; readonly result: Result; readonly end: TaskEnd};

/** A play under way for one batch of its hosts. */
export type PlayRun = {
	readonly state: RunState;
	readonly play: Play;
	/** All hosts of the play. */
	readonly hosts: readonly string[];
	/** Those that go through it now. */
	readonly batch: readonly string[];
	readonly setting: Setting;
	/** Of all hosts of the play. */
	readonly standings: Map<string, Standing>;
	readonly failures: Map<string, Failed>;
	/** For each host the handlers that it has asked for. */
	readonly notified: Map<string, Set<Handler>>;
	/** How many hosts work at once. */
	readonly forks: Limits;
	/** The same for each task with a `throttle`. */
	readonly throttles: Map<string, Limits>;
	readonly maxFailPercentage: number | undefined;
	/** `fatal`: the run ends with this play. `over`: the play ends with this batch. */
	readonly verdict: {fatal: boolean; over: boolean};
};

/** A play, its hosts, and their files of variables. */
export type PlayHosts = Pick<PlayRun, 'play' | 'hosts' | 'standings'> & {readonly filesOf: (host: string) => Vars};

export function beginBatch(
	{play, hosts, standings, filesOf}: PlayHosts,
	batch: readonly string[],
	state: RunState,
): PlayRun {
	const {inventory, given, forks} = state.input;
	const run: PlayRun = {
		state,
		play,
		hosts,
		batch,
		setting: {
			inventory,
			given,
			play,
			filesOf,
			learnedOf: host => state.learned.get(host) ?? nothingLearned,
			magic: () => playNames(run),
		},
		standings,
		failures: new Map(),
		notified: new Map(),
		forks: new Limits({forks}),
		throttles: new Map(),
		maxFailPercentage: maxFailPercentageOf(play, given),
		verdict: {fatal: false, over: false},
	};
	return run;
}

/** Those of the hosts that are still at work. */
export function goingOf(hosts: readonly string[], {standings}: PlayRun): readonly string[] {
	return hosts.filter(host => standings.get(host) === 'going');
}

export function failedOf(hosts: readonly string[], {standings}: PlayRun): readonly string[] {
	return hosts.filter(host => standings.get(host) === 'failed');
}

export function setStanding(hosts: readonly string[], standing: Standing, {standings}: PlayRun): void {
	for (const host of hosts) standings.set(host, standing);
}

/** What a play says of itself to its tasks. */
function playNames(run: PlayRun): Readonly<Record<string, unknown>> {
	const {state, play, hosts, batch} = run;
	const {input} = state;
	const {inventory} = input;
	const {only, skip} = input.tags ?? {only: [], skip: []};
	const active = goingOf(batch, run);
	return {
		play_hosts: active,
		ansible_play_batch: active,
		ansible_play_hosts: goingOf(hosts, run),
		ansible_play_hosts_all: hosts,
		ansible_current_hosts: active,
		ansible_failed_hosts: failedOf(batch, run),
		ansible_play_name: play.name,
		ansible_forks: input.forks,
		ansible_check_mode: false,
		ansible_diff_mode: false,
		ansible_run_tags: only.length === 0 ? ['all'] : only,
		ansible_skip_tags: skip,
		...(input.limit === undefined ? {} : {ansible_limit: input.limit.pattern}),
		playbook_dir: resolve(dirname(input.playbook.file)),
		...inventoryNames(inventory.files[0]),
	};
}

function inventoryNames(file: string | undefined) {
	return file === undefined ? {} : {inventory_file: resolve(file), inventory_dir: resolve(dirname(file))};
}
