import type {Guest, Policy, Way} from './cluster.ts';

const waysOf: Readonly<Record<Policy, readonly Way[]>> = {
	live: ['live'],
	live_or_cold: ['live', 'cold'],
	stop_and_start: ['cold'],
	leave: [],
	block: [],
};

/** Why a guest stays, whatever the destinations are. */
export type Stay =
	| {readonly code: 'leave' | 'block'}
	/** It is off, and its policy moves only guests that run. */
	| {readonly code: 'off'}
	| {readonly code: 'obstacle'; readonly reasons: readonly string[]};

/** How the guest would go to a host: the gentlest way that its policy and its obstacles leave; undefined: not at all. */
export function wayTo(guest: Guest, host: string): Way | undefined {
	return possible(guest).find(
		way => !guest.obstacles.some(one => (one.host ?? host) === host && one.ways.includes(way)),
	);
}

/** Undefined for a guest that can move, if there is a host that takes it. */
export function whyStays(guest: Guest): Stay | undefined {
	if (guest.policy === 'leave' || guest.policy === 'block') return {code: guest.policy};
	const ways = possible(guest);
	if (ways.length === 0) return {code: 'off'};
	const everywhere = guest.obstacles.filter(({host}) => host === undefined);
	if (!ways.every(way => everywhere.some(one => one.ways.includes(way)))) return undefined;
	return {code: 'obstacle', reasons: reasonsOf(everywhere, ways)};
}

/** What keeps the guest from a host. */
export function obstaclesAt(guest: Guest, host: string): readonly string[] {
	return reasonsOf(
		guest.obstacles.filter(one => (one.host ?? host) === host),
		possible(guest),
	);
}

function possible({policy, state}: Guest): readonly Way[] {
	return state === 'off' ? waysOf[policy].filter(way => way === 'cold') : waysOf[policy];
}

function reasonsOf(obstacles: Guest['obstacles'], ways: readonly Way[]): readonly string[] {
	const telling = obstacles.filter(one => one.ways.some(way => ways.includes(way)));
	return [...new Set(telling.map(({reason}) => reason))].sort();
}
