import type {Facts} from '../../../facts/facts.ts';
import type {ClusterGuest, PlacementRequest} from '../../../placement/cluster.ts';
import type {PlanFacts} from '../../../preflight/facts.ts';
import type {Finding} from '../../../preflight/finding.ts';
import {accepting, preflight, type Report} from '../../../preflight/preflight.ts';
import {isOlder} from '../../../preflight/versions.ts';
import type {MoveLimits} from '../../../schedule/limits.ts';
import {parseDuration} from '../../../units/units.ts';
import type {ChosenMove, PlanContext} from '../../step.ts';
import {askedOf, type EvacuationInput, evacuationInputOf, unplanned} from '../cluster/evacuation-scene.ts';
import {type EvacuateParams, windowDuration} from '../evacuate-params.ts';
import {type Arrangement, arrange, scheduleOptions} from './arrange.ts';
import {brokenRules} from './broken-rules.ts';
import {guestStayingFor, type StayCause} from './left-reasons.ts';
import {preflightFacts} from './preflight-facts.ts';
import {whoCannotReturn} from './return-check.ts';

/** The analysis of an evacuation. */
export type EvacuationAnalysis = {
	readonly scene: EvacuationInput;
	readonly arranged: Arrangement;
	/** Limits of concurrent moves. */
	readonly limits: MoveLimits;
	/** The check results for guests, hosts and the plan. */
	readonly report: Report;
	/** Guests that could not move back; `null` if not checked. */
	readonly wayBack: readonly {readonly guest: string; readonly reason: string}[] | null;
};

/** Pure. */
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
	const request: PlacementRequest = {guests: asked.map(({id}) => id), headroom: params.headroom ?? 'none'};
	const duration = windowDuration(params);
	const windowMs = duration === undefined ? undefined : parseDuration(duration);
	const arranged = arrange(cluster, request, options, duration);
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
	const {entries, left} = arranged;
	const plan: PlanFacts = {
		...unplanned,
		...askedOf(params),
		perDestination: options.limits.perDestination,
		homeless: left.flatMap(({guest, why}) =>
			why.code === 'no_home' || why.code === 'stuck'
				? [
						{
							guest: guest.name,
							reason: guestStayingFor(guest, guest.state, why, {to: params.to, remedies: () => undefined}).reason,
						},
					]
				: [],
		),
		brokenRules: brokenRules(cluster, entries),
		neverConverge: entries.filter(({converges}) => converges === 'never').map(({guest}) => guest),
		makespanMs: arranged.wholeMs,
		window:
			windowMs === undefined
				? null
				: {ms: windowMs, leaveOut: left.flatMap(({guest, why}) => (why.code === 'window' ? [guest.name] : []))},
		wayBack,
	};
	const staysFor = new Map(left.map(({guest, why}) => [guest.id, why.code]));
	const guests = asked.filter(({id}) => !isMeant(staysFor.get(id)));
	const report = accepting(
		preflight(preflightFacts({source, guests, destinations, plan, requested: params.migrate}, at, facts)),
		params.accept,
	);
	return {
		scene,
		arranged,
		limits: options.limits,
		wayBack,
		report: {...report, findings: report.findings.filter(finding => concerns(finding, staysFor))},
	};
}

/** The input in which only these guests move, each only to the host chosen by the plan. */
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

/** For a guest that is shut off and stays, the only relevant finding is whether it may be started meanwhile. */
function concerns({uuid, rule}: Finding, staysFor: ReadonlyMap<string, StayCause['code']>): boolean {
	return uuid === undefined || staysFor.get(uuid) !== 'off' || rule === 'guest-autostart';
}

/** Whether it stays by request, so that obstacles are irrelevant. */
function isMeant(code: StayCause['code'] | undefined): boolean {
	return code === 'leave' || code === 'block' || code === 'window';
}
