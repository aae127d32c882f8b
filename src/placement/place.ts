import {value} from './at.ts';
import {balance} from './balance.ts';
import {type Cluster, type ClusterGuest, compareTexts, type PlacedMove, type PlacementRequest} from './cluster.ts';
import {compile} from './compile.ts';
import {construct} from './construct.ts';
import {Costs} from './costs.ts';
import {rejectionsOf} from './explain.ts';
import {emptiest, fill} from './fill.ts';
import {keepHeadroom, survives} from './headroom.ts';
import {modeTo} from './migration-modes.ts';
import type {Placement, UnplacedGuest} from './placement.ts';
import {polish} from './polish.ts';
import {repair} from './repair.ts';
import {brokenPreferences, hostLoads} from './result.ts';
import {highestShare, homeless, isPlaced} from './score.ts';
import {search} from './search.ts';
import {shareBound} from './share-bound.ts';
import type {State} from './state.ts';

/** Shares that differ by less count as equal for the lower goals: soft rules and slow links. */
const shareStep = 0.005;

/**
 * Finds a host for each requested guest. Hard constraints are never violated: memory, CPUs, space, pins, exclusions,
 * rules, headroom. The goals, in this order: most guests placed, highest priority first; the lowest highest memory
 * share; fewest broken soft rules; fewest bytes over slow links; fewest bytes. Pure and deterministic.
 *
 * @throws Error for an inconsistent cluster.
 */
export function place(cluster: Cluster, request: PlacementRequest): Placement {
	const problem = compile(cluster, request);
	const costs = new Costs(problem);
	const state = polished(balanced(construct(problem, costs), costs), costs);
	return describe(state, costs);
}

function balanced(state: State, costs: Costs): State {
	repair(state, costs);
	balance(state, lowEnough(state));
	fill(state, homeless(state), emptiest, costs);
	keepHeadroom(state);
	return search(state, one => homeless(one).length === 0 && highestShare(one) <= lowEnough(one));
}

/** The lower goals must not use up the headroom. */
function polished(state: State, costs: Costs): State {
	const better = state.copy();
	polish(better, Math.max(highestShare(state), lowEnough(state)), costs);
	fill(better, homeless(better), emptiest, costs);
	return survives(better) ? better : state;
}

function lowEnough(state: State): number {
	return shareBound(state) * (1 + shareStep);
}

function describe(state: State, costs: Costs): Placement {
	const {problem} = state;
	const placed = problem.units.filter(unit => isPlaced(state, unit));
	const moves = placed.flatMap(unit =>
		unit.guests.map(guest => moveOf(guest, problem.hosts[value(state.at, unit.index)]?.name ?? '')),
	);
	const unplaced = problem.units
		.filter(unit => !isPlaced(state, unit))
		.flatMap(unit => {
			const why = {code: 'no_home', rejections: rejectionsOf(state, unit)} as const;
			return unit.guests.map(guest => leftOf(guest, why));
		});
	const staying = problem.stays.map(({guest, stay}) => leftOf(guest, stay));
	return {
		moves: moves.sort((a, b) => compareTexts(a.guest, b.guest)),
		left: [...unplaced, ...staying].sort((a, b) => compareTexts(a.guest, b.guest)),
		hosts: hostLoads(state),
		highestShare: highestShare(state),
		shareBound: shareBound(state),
		broken: brokenPreferences(state),
		slowBytes: placed.reduce((sum, unit) => sum + costs.transfer(unit, value(state.at, unit.index)).slowBytes, 0),
	};
}

function moveOf(guest: ClusterGuest, destination: string): PlacedMove {
	return {guest: guest.id, source: guest.host, destination, mode: modeTo(guest, destination) ?? 'cold'};
}

function leftOf({id, name, host}: ClusterGuest, why: UnplacedGuest['why']): UnplacedGuest {
	return {guest: id, name, host, why};
}
