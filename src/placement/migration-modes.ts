import type {ClusterGuest, MigrationMode, Policy} from './cluster.ts';

const waysOf: Readonly<Record<Policy, readonly MigrationMode[]>> = {
	live: ['live'],
	live_or_cold: ['live', 'cold'],
	stop_and_start: ['cold'],
	leave: [],
	block: [],
};

/** Why a guest stays, whatever the destinations are. */
export type StayReason =
	| {readonly code: 'leave' | 'block'}
	/** It is shut off, and its policy moves only running guests. */
	| {readonly code: 'off'}
	| {readonly code: 'obstacle'; readonly reasons: readonly string[]};

/** How the guest would move to a host: live if its policy and obstacles allow it, else cold; undefined: not at all. */
export function modeTo(guest: ClusterGuest, host: string): MigrationMode | undefined {
	return possible(guest).find(
		mode => !guest.obstacles.some(one => (one.host ?? host) === host && one.modes.includes(mode)),
	);
}

/** Undefined for a guest that can move if a host takes it. */
export function whyStays(guest: ClusterGuest): StayReason | undefined {
	if (guest.policy === 'leave' || guest.policy === 'block') return {code: guest.policy};
	const modes = possible(guest);
	if (modes.length === 0) return {code: 'off'};
	const everywhere = guest.obstacles.filter(({host}) => host === undefined);
	if (!modes.every(mode => everywhere.some(one => one.modes.includes(mode)))) return undefined;
	return {code: 'obstacle', reasons: reasonsOf(everywhere, modes)};
}

/** The obstacles to moving the guest to a host. */
export function obstaclesAt(guest: ClusterGuest, host: string): readonly string[] {
	return reasonsOf(
		guest.obstacles.filter(one => (one.host ?? host) === host),
		possible(guest),
	);
}

function possible({policy, state}: ClusterGuest): readonly MigrationMode[] {
	return state === 'off' ? waysOf[policy].filter(mode => mode === 'cold') : waysOf[policy];
}

function reasonsOf(obstacles: ClusterGuest['obstacles'], modes: readonly MigrationMode[]): readonly string[] {
	const telling = obstacles.filter(one => one.modes.some(mode => modes.includes(mode)));
	return [...new Set(telling.map(({reason}) => reason))].sort();
}
