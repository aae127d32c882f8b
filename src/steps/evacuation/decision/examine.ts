import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest, PlacementRequest} from '../../../placement/cluster.ts';
import type {PlanFacts} from '../../../preflight/facts.ts';
import {accepting, preflight, type Report} from '../../../preflight/preflight.ts';
import {isOlder} from '../../../preflight/versions.ts';
import type {MoveLimits} from '../../../schedule/limits.ts';
import {parseDuration} from '../../../units/units.ts';
import type {ChosenMove, PlanContext} from '../../step.ts';
import {
	type EvacuateParams,
	type EvacuationInput,
	evacuationInputOf,
	toldOf,
	unplanned,
} from '../cluster/evacuation-scene.ts';
import {type Arrangement, arrange, scheduleOptions} from './arrange.ts';
import {preflightFacts} from './preflight-facts.ts';
import {whoCannotReturn} from './return-check.ts';

/** All that can be said of an evacuation before it begins. */
export type EvacuationAnalysis = {
	readonly scene: EvacuationInput;
	readonly arranged: Arrangement;
	/** How many may move at once. */
	readonly limits: MoveLimits;
	/** What the checks say of the guests, of the hosts and of the plan. */
	readonly report: Report;
	/** Who could not come back; `null` when nobody asked. */
	readonly wayBack: readonly {readonly guest: string; readonly reason: string}[] | null;
};

/** Pure: the same facts give the same answer. */
export function examine(
	params: EvacuateParams,
	at: PlanContext,
	facts: Facts,
	chosen?: readonly ChosenMove[],
): EvacuationAnalysis {
	const whole = evacuationInputOf(params, at, facts);
	const scene = chosen === undefined ? whole : pinned(whole, chosen);
	const {cluster, asked, source, destinations} = scene;
	const options = scheduleOptions(params, destinations.map(at.peer));
	const wish: PlacementRequest = {guests: asked.map(({id}) => id), headroom: params.headroom ?? 'none'};
	const windowMs = params.window === undefined ? undefined : parseDuration(params.window);
	const arranged = arrange(cluster, wish, options, params.window);
	const versionOf = (host: string) => facts.get({kind: 'capabilities', host});
	const wayBack =
		params.round_trip === 'ignored'
			? null
			: whoCannotReturn(cluster, arranged.placement, (home, away) => {
					const [here, there] = [versionOf(home), versionOf(away)];
					return (['libvirt', 'qemu'] as const).some(name => {
						const [own, other] = [here?.[name], there?.[name]];
						return own !== undefined && other !== undefined && isOlder(own, other);
					});
				});
	const {entries, schedule, left, placement} = arranged;
	// When it begins is not known here, and so not when it ends: only how long it takes.
	const plan: PlanFacts = {
		...unplanned,
		...toldOf(params),
		perDestination: options.limits.perDestination,
		homeless: left.flatMap(({guest, why}) =>
			why.code === 'no_home' || why.code === 'stuck' ? [{guest: guest.name, reason: why.code}] : [],
		),
		// Placement keeps every hard rule, or leaves the guest.
		brokenRules: [],
		neverConverge: entries.filter(({converges}) => converges === 'never').map(({guest}) => guest),
		makespanMs: schedule.makespanMs,
		window: windowMs === undefined ? null : {ms: windowMs, leaveOut: []},
		wayBack,
	};
	const going = new Set(placement.moves.map(({guest}) => guest));
	const guests = asked.filter(({id, obstacles}) => going.has(id) || obstacles.length > 0);
	return {
		scene,
		arranged,
		limits: options.limits,
		wayBack,
		report: accepting(
			preflight(preflightFacts({source, guests, destinations, plan, wishes: params.migrate}, at, facts)),
			params.accept,
		),
	};
}

/** The scene in which only these guests go, and each only where a plan has chosen. */
function pinned(scene: EvacuationInput, chosen: readonly ChosenMove[]): EvacuationInput {
	const goesTo = new Map(chosen.map(({uuid, to}) => [uuid, to]));
	const pin = (guest: ClusterGuest): ClusterGuest => {
		const to = goesTo.get(guest.id);
		const isFree = to !== undefined && (guest.pins.length === 0 || guest.pins.includes(to));
		return isFree && guest.host === scene.source ? {...guest, pins: [to]} : guest;
	};
	const guests = scene.cluster.guests.map(pin);
	return {
		...scene,
		cluster: {...scene.cluster, guests},
		asked: scene.asked.filter(({id}) => goesTo.has(id)).map(pin),
	};
}
