import type {FromSchema} from 'json-schema-to-ts';
import type {Cluster, ClusterGuest, PlacementRequest} from '../../../placement/cluster.ts';
import {explainer, type Verdict} from '../../../placement/explain.ts';
import {place} from '../../../placement/place.ts';
import type {Placement} from '../../../placement/placement.ts';
import {rejectionText} from '../../../placement/rejection.ts';
import {defaultLimits, type MoveLimits} from '../../../schedule/limits.ts';
import {
	defaultOptions,
	type Schedule,
	type ScheduledMove,
	type ScheduleOptions,
	schedule,
} from '../../../schedule/schedule.ts';
import {fitWindow} from '../../../schedule/window.ts';
import {parseDuration, parseRate} from '../../../units/units.ts';
import {convergenceRules} from '../../migration/convergence/policy.ts';
import type {ShutdownParams} from '../../migration/shutdown.ts';
import type {Part, Peer, Rejected} from '../../step.ts';
import type {moving} from '../evacuate-params.ts';
import type {StayCause} from './left-reasons.ts';

export type Moving = FromSchema<{
	readonly type: 'object';
	readonly additionalProperties: false;
	readonly properties: typeof moving;
}>;

/** The moves with their schedule, and the selected guests that stay. */
export type Arrangement = {
	readonly entries: readonly ScheduledMove[];
	readonly left: readonly {readonly guest: ClusterGuest; readonly why: StayCause}[];
	readonly placement: Placement;
	readonly schedule: Schedule;
	/** Duration of all moves, including those excluded by a window. */
	readonly wholeMs: number;
	/** Hosts that are not eligible for a moving guest, with reasons. */
	readonly rejectedOf: (guest: string) => readonly Rejected[];
};

/** Places and schedules the requested guests. */
export function arrange(
	cluster: Cluster,
	request: PlacementRequest,
	options: ScheduleOptions,
	window?: string,
): Arrangement {
	const guests = new Map(cluster.guests.map(guest => [guest.id, guest]));
	const guestOf = (id: string) => {
		const guest = guests.get(id);
		if (guest === undefined) throw new Error(`${id} is not a guest of the cluster`);
		return guest;
	};
	const placement = place(cluster, request);
	const explain = explainer(cluster, request, placement);
	const rejectionsOf = (id: string) =>
		explain(id).flatMap(({host, rejection}) =>
			rejection === 'chosen' || rejection.code === 'own' ? [] : [{host, rejection}],
		);
	const {moves} = placement;
	const whole = schedule(cluster, moves, options);
	const fit = window === undefined ? undefined : fitWindow(cluster, moves, options, parseDuration(window));
	const kept = fit?.schedule ?? whole;
	return {
		entries: kept.entries,
		placement,
		schedule: kept,
		wholeMs: whole.makespanMs,
		left: [
			...placement.left.map(({guest, why}) => ({
				guest: guestOf(guest),
				why: why.code === 'no_home' ? {code: why.code, rejections: rejectionsOf(guest)} : why,
			})),
			...kept.stuck.map(({guest, limit}) => ({guest: guestOf(guest), why: {code: 'stuck', limit} as const})),
			...(fit?.leaveOut ?? []).map(guest => ({
				guest: guestOf(guest),
				why: {code: 'window', window: window ?? ''} as const,
			})),
		],
		rejectedOf: id =>
			rejectionsOf(id)
				.filter(isHard)
				.map(({host, rejection}) => ({host, reason: rejectionText(rejection)})),
	};
}

/** Whether the host is not eligible, as opposed to merely not better. */
function isHard({rejection}: {readonly rejection: Verdict['rejection']}): boolean {
	return rejection !== 'chosen' && rejection.code !== 'fuller' && rejection.code !== 'no_better';
}

/** The schedule options of the playbook. A fixed disk port allows one guest at a time. */
export function scheduleOptions(
	{order, limits = {}, bandwidth, migrate}: Moving,
	destinations: readonly (Peer | undefined)[],
): ScheduleOptions {
	const {per_source: perSource = defaultLimits.perSource, per_destination: asked = defaultLimits.perDestination} =
		limits;
	const perDestination = destinations.some(peer => peer?.disksPort !== undefined) ? 1 : asked;
	const fixed = migrate?.bandwidth_mib === undefined ? 'auto' : migrate.bandwidth_mib * 1024 ** 2;
	return {
		...defaultOptions,
		order: order === undefined ? defaultOptions.order : [order].flat(),
		limits: {
			perSource,
			perDestination,
			perLink: limits.per_link ?? Math.min(perSource, perDestination),
			total: limits.total ?? defaultLimits.total,
			preparing: defaultLimits.preparing,
			storageWeight: limits.storage_weight ?? defaultLimits.storageWeight,
		},
		convergence: convergenceRules(migrate ?? {}),
		bandwidth: bandwidth === undefined || bandwidth === 'auto' ? fixed : parseRate(bandwidth),
	};
}

/** The names of the engine's limits, and their values. */
export function limitsOf(
	entries: readonly Pick<ScheduledMove, 'source' | 'destination'>[],
	limits: MoveLimits,
): Readonly<Record<string, number>> {
	const found = new Map<string, number>();
	for (const {source, destination} of entries) {
		found.set(`per_source ${source}`, limits.perSource);
		found.set(`per_destination ${destination}`, limits.perDestination);
		found.set(`per_link ${source} ${destination}`, limits.perLink);
	}
	return Object.fromEntries([...found, ['total', limits.total]]);
}

/** The limits that a move counts against. */
export function claimsOf(source: string, destination: string): readonly string[] {
	return ['total', `per_source ${source}`, `per_destination ${destination}`, `per_link ${source} ${destination}`];
}

/** A move as a part of the composite step. */
export function partOf(
	entry: ScheduledMove,
	{bandwidth, accept, kept_disks: keptDisks, migrate = {}}: Moving,
	own: Pick<Part, 'on' | 'rejected'> & {readonly stop?: ShutdownParams | undefined},
): Part {
	const {
		guest,
		name,
		source,
		destination,
		mode,
		weight,
		bandwidthMib,
		startMs,
		endMs,
		bytes,
		pauseMs,
		waits,
		converges,
		timeout,
	} = entry;
	const waitsFor = waits.find(({limit}) => limit !== 'preparing')?.limit;
	return {
		step: 'migrate',
		guest: name,
		uuid: guest,
		to: destination,
		...(own.on === undefined ? {} : {on: own.on}),
		params: {
			...migrate,
			...(keptDisks === undefined ? {} : {kept_disks: keptDisks}),
			...(bandwidth === undefined ? {} : {bandwidth_mib: bandwidthMib}),
			...(mode === 'cold' ? stoppedBy(own.stop) : {}),
			...(accept === undefined ? {} : {accept}),
			guest,
			to: destination,
		},
		claims: claimsOf(source, destination),
		...(weight === 1 ? {} : {weight}),
		expected: {
			startMs,
			durationMs: endMs - startMs,
			bytes,
			pauseMs,
			...(waitsFor === undefined ? {} : {waitsFor}),
			...(converges === 'never' ? {endless: true} : {}),
			...(timeout === undefined ? {} : {timeout}),
		},
		...(own.rejected === undefined || own.rejected.length === 0 ? {} : {rejected: own.rejected}),
	};
}

/** The parameters of a cold move: of a guest that is shut off, or that is to be shut down. */
function stoppedBy(stop: ShutdownParams | undefined) {
	return stop === undefined ? {offline: true} : {stop_and_start: stop};
}
