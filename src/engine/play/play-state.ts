import {inventoryFor} from '../../plan/adjacent-inventory.ts';
import {maxFailPercentageOf} from '../../plan/check.ts';
import {lazyMapping, nothingLearned, type VariableSources} from '../../plan/variables.ts';
import type {Handler, Play} from '../../playbook/model.ts';
import type {Result} from '../../steps/step.ts';
import {ConcurrencyLimits} from '../limits.ts';
import {runNames} from '../run-names.ts';
import type {RunState, TaskEnd} from '../run-state.ts';

/** The state of a host in a play: active, failed, or ended by a `meta` task. */
export type HostState = 'going' | 'failed' | 'ended';

/** The failure of a host. */
export type HostFailure = {
	readonly task: string;
	/** The step. */
	readonly action?: string;
	readonly result: Result;
	readonly end: TaskEnd;
};

/** A play in progress for one batch of its hosts. */
export type PlayRun = {
	readonly state: RunState;
	readonly play: Play;
	/** All hosts of the play. */
	readonly hosts: readonly string[];
	/** The hosts of the current batch. */
	readonly batch: readonly string[];
	readonly setting: VariableSources;
	/** The states of all hosts of the play. */
	readonly hostStates: Map<string, HostState>;
	readonly failures: Map<string, HostFailure>;
	/** The notified handlers of each host. */
	readonly notified: Map<string, Set<Handler>>;
	/** In a rehearsal: the handlers of each host that only the run may notify. */
	readonly undecidedHandlers: Map<string, Set<Handler>>;
	/** Limits the number of concurrent hosts. */
	readonly forks: ConcurrencyLimits;
	/** The limits of tasks with `throttle`. */
	readonly throttles: Map<string, ConcurrencyLimits>;
	readonly maxFailPercentage: number | undefined;
	/** `fatal`: the run ends with this play. `over`: the play ends with this batch. */
	readonly verdict: {fatal: boolean; over: boolean};
};

/** A play, its hosts, and their variable files. */
export type PlayHosts = Pick<PlayRun, 'play' | 'hosts' | 'hostStates'> & {readonly filesOf: VariableSources['filesOf']};

export function beginBatch(
	{play, hosts, hostStates, filesOf}: PlayHosts,
	batch: readonly string[],
	state: RunState,
): PlayRun {
	const {given, forks} = state.input;
	const inventory = inventoryFor(play, state.input.inventory);
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
			magic: [playNames(() => run), runNamesOf(state)],
		},
		hostStates,
		failures: new Map(),
		notified: new Map(),
		undecidedHandlers: new Map(),
		forks: new ConcurrencyLimits({forks}),
		throttles: new Map(),
		maxFailPercentage: maxFailPercentageOf(play, given),
		verdict: {fatal: false, over: false},
	};
	return run;
}

/** The hosts that are still active. */
export function activeHosts(hosts: readonly string[], {hostStates}: PlayRun): readonly string[] {
	return hosts.filter(host => hostStates.get(host) === 'going');
}

export function failedHosts(hosts: readonly string[], {hostStates}: PlayRun): readonly string[] {
	return hosts.filter(host => hostStates.get(host) === 'failed');
}

export function setHostState(hosts: readonly string[], standing: HostState, {hostStates}: PlayRun): void {
	for (const host of hosts) hostStates.set(host, standing);
}

/** The variables of a play for its tasks. They are evaluated on demand, since most are rarely used. */
function playNames(run: () => PlayRun): Readonly<Record<string, unknown>> {
	const active = () => activeHosts(run().batch, run());
	const choice = () => run().state.input.tags ?? {only: [], skip: []};
	const names: Readonly<Record<string, () => unknown>> = {
		play_hosts: active,
		ansible_play_batch: active,
		ansible_current_hosts: active,
		ansible_play_hosts: () => activeHosts(run().hosts, run()),
		ansible_play_hosts_all: () => run().hosts,
		ansible_failed_hosts: () => failedHosts(run().batch, run()),
		ansible_play_name: () => run().play.name,
		ansible_forks: () => run().state.input.forks,
		ansible_check_mode: () => false,
		ansible_diff_mode: () => false,
		ansible_run_tags: () => (choice().only.length === 0 ? ['all'] : choice().only),
		ansible_skip_tags: () => choice().skip,
	};
	return lazyMapping(Object.keys(names), name => names[name]?.());
}

function runNamesOf({input}: RunState): Readonly<Record<string, unknown>> {
	const {inventory, playbook, limit} = input;
	return {
		...runNames(inventory, playbook.file),
		...(limit === undefined ? {} : {ansible_limit: limit.pattern}),
		ansible_verbosity: input.verbosity ?? 0,
	};
}
