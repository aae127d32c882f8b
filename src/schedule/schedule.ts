import {type Cluster, compareTexts, type MigrationMode, type PlacedMove} from '../placement/cluster.ts';
import {groupGuests} from '../placement/group.ts';
import {bandwidthOf} from './bandwidth.ts';
import {type ConvergenceRules, defaultConvergence} from './convergence.ts';
import {gateSequences} from './gate-plan.ts';
import {defaultLimits, type MoveLimits} from './limits.ts';
import {makespanBound} from './makespan-bound.ts';
import {defaultOrder, inOrder, type OrderKey} from './order.ts';
import {type Assumptions, defaultAssumptions, predict, type Timeout} from './predict.ts';
import {type BlockedTask, Simulation, type Times, type Wait} from './simulate.ts';
import type {ScheduleTask} from './task.ts';
import {loadOf, transfersOf} from './transfer.ts';

export type ScheduleOptions = {
	readonly limits: MoveLimits;
	readonly order: readonly OrderKey[];
	/** Bytes per second for each stream of a move; `auto` divides the links. */
	readonly bandwidth: number | 'auto';
	readonly convergence: ConvergenceRules;
	readonly assumptions: Assumptions;
};

export const defaultOptions: ScheduleOptions = {
	limits: defaultLimits,
	order: defaultOrder,
	bandwidth: 'auto',
	convergence: defaultConvergence,
	assumptions: defaultAssumptions,
};

/** The predicted moves, in order, with times. Times count from the start. */
export type Schedule = {
	/** In order of their start. */
	readonly entries: readonly ScheduledMove[];
	/**
	 * Moves that can never start, with the limit that blocks them, or `together` for one that is tied to such a move.
	 */
	readonly stuck: readonly {readonly guest: string; readonly name: string; readonly limit: string}[];
	readonly bytes: number;
	readonly makespanMs: number;
	/** A lower bound of the duration within the same limits. */
	readonly boundMs: number;
};

export type ScheduledMove = {
	readonly guest: string;
	readonly name: string;
	readonly source: string;
	readonly destination: string;
	readonly mode: MigrationMode;
	readonly prepareMs: number;
	readonly startMs: number;
	readonly endMs: number;
	/** The limits that it waited for, in order. */
	readonly waits: readonly Wait[];
	/** Its weight within the limits. */
	readonly weight: number;
	/** For `--bandwidth`: the limit of the memory and of each disk. */
	readonly bandwidthMib: number;
	readonly bytes: number;
	readonly pauseMs: number;
	readonly converges: 'yes' | 'never';
	/** It is expected to be given up. */
	readonly timeout?: Timeout;
	readonly isGuess: boolean;
};

/**
 * Computes when each move starts and ends. At no time does a host exceed its memory or CPUs, is a hard rule broken, or
 * is a guest on more than its two hosts.
 */
export function schedule(cluster: Cluster, moves: readonly PlacedMove[], options: ScheduleOptions): Schedule {
	const {limits, assumptions} = options;
	const tasks = inOrder(tasksOf(cluster, moves, options), options.order);
	const {done, stuck} = simulate(cluster, tasks, options);
	return {
		// Moves with the same start are in the requested order.
		entries: done.map(toEntry).sort((a, b) => a.startMs - b.startMs),
		stuck: stuck
			.map(({task: {transfer}, limit}) => ({guest: transfer.guest.id, name: transfer.guest.name, limit}))
			.sort((a, b) => compareTexts(a.guest, b.guest)),
		bytes: done.reduce((sum, {task}) => sum + task.prediction.bytes, 0),
		makespanMs: done.reduce((latest, {endMs}) => Math.max(latest, endMs), 0),
		boundMs: makespanBound(
			done.map(({task}) => task),
			limits,
			assumptions.prepareMs,
		),
	};
}

/** A guest does not move without those that a hard rule keeps with it. */
function simulate(
	cluster: Cluster,
	tasks: readonly ScheduleTask[],
	{limits, assumptions}: ScheduleOptions,
): Pick<Simulation, 'done' | 'stuck'> {
	const stuck: BlockedTask[] = [];
	for (let rest = tasks; ; ) {
		const run = new Simulation(rest, gateSequences(cluster, limits), limits.preparing, assumptions.prepareMs);
		if (run.stuck.length === 0) return {done: run.done, stuck};
		const groups = tiesOf(cluster, tasks);
		const lost = new Set(run.stuck.map(({task}) => groups.get(task.transfer.guest.id)));
		const torn = run.done.filter(({task}) => lost.has(groups.get(task.transfer.guest.id)));
		stuck.push(...run.stuck);
		if (torn.length === 0) return {done: run.done, stuck};
		stuck.push(...torn.map(({task}) => ({task, limit: 'together'})));
		const gone = new Set(stuck.map(({task}) => task));
		rest = rest.filter(task => !gone.has(task));
	}
}

/** A name for each guest's group of guests that can only move together. */
function tiesOf(cluster: Cluster, tasks: readonly ScheduleTask[]): ReadonlyMap<string, string> {
	const guests = tasks.map(({transfer}) => transfer.guest).sort((a, b) => compareTexts(a.id, b.id));
	const groups = groupGuests(guests, cluster.rules, new Map()).map(group => group.guests.map(({id}) => id));
	return new Map(groups.flatMap(ids => ids.map(id => [id, ids.join()] as const)));
}

function tasksOf(cluster: Cluster, moves: readonly PlacedMove[], options: ScheduleOptions): readonly ScheduleTask[] {
	const transfers = transfersOf(cluster, moves, options.limits);
	const bandwidth = bandwidthOf(transfers, options.limits, options.bandwidth);
	return transfers.map(transfer => {
		const bandwidthMib = bandwidth(transfer);
		return {
			transfer,
			bandwidthMib,
			prediction: predict(loadOf(transfer, options.convergence), bandwidthMib, options.assumptions),
		};
	});
}

function toEntry({task, prepareMs, startMs, endMs, waits}: Times): ScheduledMove {
	const {move, guest, weight} = task.transfer;
	const {bytes, pauseMs, converges, timeout, isGuess} = task.prediction;
	return {
		guest: guest.id,
		name: guest.name,
		source: move.source,
		destination: move.destination,
		mode: move.mode,
		prepareMs,
		startMs,
		endMs,
		waits,
		weight,
		bandwidthMib: task.bandwidthMib,
		bytes,
		pauseMs,
		converges,
		...(timeout === undefined ? {} : {timeout}),
		isGuess,
	};
}
