import {value} from './at.ts';
import {compareTexts} from './cluster.ts';
import {modeTo} from './migration-modes.ts';
import {isPlaced} from './score.ts';
import type {State} from './state.ts';

/** The memory and CPUs of a host: the limit for guests, and their use before and after. */
export type HostLoad = {
	readonly host: string;
	readonly memoryKib: number;
	readonly before: {readonly memoryKib: number; readonly cpus: number};
	readonly after: {readonly memoryKib: number; readonly cpus: number};
	readonly cpus: number;
};

/** A preference that is not met: a rule, a preferred host, or a live move. */
export type BrokenPreference =
	| {readonly code: 'rule'; readonly rule: string; readonly kind: 'together' | 'apart'; readonly times: number}
	| {readonly code: 'prefers' | 'not_live'; readonly guest: string; readonly host: string};

export function hostLoads(state: State): readonly HostLoad[] {
	const {hosts, memoryKib, cpus, usedKib, usedCpus} = state.problem;
	return hosts.map(({name}, host) => ({
		host: name,
		memoryKib: value(memoryKib, host),
		cpus: value(cpus, host),
		before: {memoryKib: value(usedKib, host), cpus: value(usedCpus, host)},
		after: {memoryKib: value(state.memoryKib, host), cpus: value(state.cpus, host)},
	}));
}

export function brokenPreferences(state: State): readonly BrokenPreference[] {
	return [...guestPreferences(state), ...brokenSoftRules(state)];
}

function guestPreferences(state: State): readonly BrokenPreference[] {
	const {units, hosts} = state.problem;
	const guests = units
		.filter(unit => isPlaced(state, unit))
		.flatMap(unit => {
			const host = hosts[value(state.at, unit.index)]?.name ?? '';
			return unit.guests.map(guest => ({guest, host}));
		});
	return guests
		.sort((a, b) => compareTexts(a.guest.id, b.guest.id))
		.flatMap(({guest, host}) => {
			const broken: BrokenPreference[] = [];
			if (guest.prefers.length > 0 && !guest.prefers.includes(host)) {
				broken.push({code: 'prefers', guest: guest.id, host});
			}
			if (guest.policy === 'live_or_cold' && guest.state !== 'off' && modeTo(guest, host) === 'cold') {
				broken.push({code: 'not_live', guest: guest.id, host});
			}
			return broken;
		});
}

/** One entry for each guest that is not alone, or for each area beyond the first. */
function brokenSoftRules(state: State): readonly BrokenPreference[] {
	return state.problem.rules.flatMap(({rule}, index): readonly BrokenPreference[] => {
		const counts = [...state.meetings.countsOf(index).values()];
		const {name, kind, strength} = rule;
		const times =
			kind === 'together' ? counts.length - 1 : counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
		return strength === 'soft' && times > 0 ? [{code: 'rule', rule: name, kind, times}] : [];
	});
}
