import {atHome, value} from './at.ts';
import type {Cluster, PlacementRequest} from './cluster.ts';
import {compile} from './compile.ts';
import {forbiddenAt} from './forbid.ts';
import type {Placement, Rejections} from './placement.ts';
import type {PlacementProblem, Unit} from './problem.ts';
import type {Rejection} from './rejection.ts';
import {highestShare} from './score.ts';
import {State} from './state.ts';

/** Why a host was chosen or rejected as the destination of a guest. */
export type Verdict = {readonly host: string; readonly rejection: Rejection | 'chosen'};

/** The only reason to leave a guest that would fit. */
const keptFree: Rejection = {code: 'headroom'};

/** Groups the reasons why each host rejects a unit without a destination. */
export function rejectionsOf(state: State, unit: Unit): Rejections {
	const groups = new Map<string, {hosts: number; host: string; rejection: Rejection; miss: number}>();
	for (const [index, {name}] of state.problem.hosts.entries()) {
		const rejection = whyNot(state, unit, index) ?? keptFree;
		if (rejection.code === 'own') continue;
		const miss = missOf(rejection);
		const group = groups.get(rejection.code);
		const nearest = group === undefined || miss < group.miss ? {host: name, rejection, miss} : group;
		groups.set(rejection.code, {...nearest, hosts: (group?.hosts ?? 0) + 1});
	}
	return [...groups.values()]
		.sort((a, b) => b.hosts - a.hosts || (a.rejection.code < b.rejection.code ? -1 : 1))
		.map(({hosts, host, rejection}) => ({hosts, host, rejection}));
}

/**
 * For each guest of a placement, explains why each host was chosen or rejected, given the destinations of all others.
 * Created once; explanations are computed on request.
 */
export function explainer(
	cluster: Cluster,
	request: PlacementRequest,
	placement: Placement,
): (guest: string) => readonly Verdict[] {
	const problem = compile(cluster, request);
	const state = stateOf(problem, placement);
	const unitOf = new Map(problem.units.flatMap(unit => unit.guests.map(({id}) => [id, unit] as const)));
	const highest = highestShare(state);
	return guest => {
		const unit = unitOf.get(guest);
		if (unit === undefined) return [];
		const chosen = value(state.at, unit.index);
		state.move(unit, atHome);
		const verdicts = problem.hosts.map(({name}, host): Verdict => {
			if (host === chosen) return {host: name, rejection: 'chosen'};
			const feasible = () => (chosen === atHome ? keptFree : worse(state, unit, host, highest));
			return {host: name, rejection: whyNot(state, unit, host) ?? feasible()};
		});
		state.move(unit, chosen);
		return verdicts;
	};
}

function whyNot(state: State, unit: Unit, index: number): Rejection | undefined {
	const host = state.problem.hosts[index];
	if (host === undefined) return undefined;
	return forbiddenAt(unit, index, host, state.problem.rules) ?? state.whyNot(unit, index);
}

function worse(state: State, unit: Unit, host: number, highest: number): Rejection {
	const share = state.share(host, unit.memoryKib);
	return share > highest ? {code: 'fuller', share, highest} : {code: 'no_better'};
}

function stateOf(problem: PlacementProblem, {moves}: Placement): State {
	const state = new State(problem);
	const numberOf = new Map(problem.hosts.map(({name}, index) => [name, index]));
	const destinations = new Map(moves.map(({guest, destination}) => [guest, destination]));
	for (const unit of problem.units) {
		const host = numberOf.get(destinations.get(unit.guests[0]?.id ?? '') ?? '');
		if (host !== undefined) state.move(unit, host);
	}
	return state;
}

/** The amount that is missing, to find the host that came closest. */
function missOf(rejection: Rejection): number {
	switch (rejection.code) {
		case 'memory':
			return rejection.needKib - rejection.freeKib;
		case 'cpus':
			return rejection.need - rejection.free;
		case 'space':
			return rejection.needBytes - rejection.freeBytes;
		default:
			return 0;
	}
}
