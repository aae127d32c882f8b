import type {Facts} from '../../facts/facts.ts';
import type {ClusterGuest} from '../../placement/cluster.ts';
import {type Finding, remedyText} from '../../preflight/finding.ts';
import {remediesIn} from '../../preflight/preflight.ts';
import {contradictionsOfEach} from '../migration/options/option-check.ts';
import {
	type ChosenMove,
	defineComposite,
	type Expansion,
	type GuestStaying,
	type PlanContext,
	type Warning,
} from '../step.ts';
import {destinationsOf} from './cluster/evacuation-scene.ts';
import {guestsOn} from './cluster/guests.ts';
import {evacuationRequests, isOptional} from './cluster/requests.ts';
import {limitsOf, partOf} from './decision/arrange.ts';
import {chosenParts, leftBy, usualPart} from './decision/chosen-parts.ts';
import {windowBounds, windowContradictions, windowWarnings} from './decision/clock-window.ts';
import {type EvacuationAnalysis, examine} from './decision/examine.ts';
import {demandKnownGuests} from './decision/known-guests.ts';
import {guestStayingFor, type StayCause} from './decision/left-reasons.ts';
import {chosen as guestsNamed} from './decision/selection.ts';
import {shutdownFor} from './decision/shutdowns.ts';
import {warningsOf} from './decision/warnings.ts';
import {type EvacuateParams, evacuateParams, windowDuration} from './evacuate-params.ts';

/** Moves every running guest of the host to others. */
export const evacuate = defineComposite<typeof evacuateParams>({
	kind: 'composite',
	name: 'evacuate',
	summary:
		'Live-migrate the guests of the host to other hosts, several at once. Guests whose policy allows it are shut down for their move.',
	examples: [
		'evacuate: {to: "compute:!kvm1"}',
		'evacuate: {to: compute, limits: {per_source: 4, per_destination: 2}, migrate: {auto_converge: true}}',
		'evacuate: {to: compute, window: {not_before: "22:00", until: "04:00", zone: Europe/Berlin}}',
		'evacuate: {to: compute, each: [{guests: gpu1, policy: stop_and_start, shutdown: {timeout: 10 min}}]}',
		'evacuate: {to: compute, each: [{guests: "db*", policy: leave}], apart: [{guests: "label:web"}], headroom: one_host}',
	],
	params: evacuateParams,
	short: 'to',
	drainsHost: true,
	contradictions: (given, isOpen) => [
		...contradictionsOfEach(given, isOpen),
		...windowContradictions(given.window, isOpen),
	],

	needs: evacuationRequests,
	isOptional: (request, at) => isOptional(request, at.host),

	bounds: ({max_failures_in_a_row: inARow = 5, max_fail_percentage: percent, window}) => ({
		inARow,
		percent,
		...windowBounds(window),
	}),

	nextBest(params, at, facts, uuid, tried) {
		const mayChoose = params.next_best_destination ?? at.areDestinationsApproved !== true;
		if (!mayChoose) return undefined;
		const others = destinationsOf(params.to, at).filter(host => tried.every(one => one.host !== host));
		if (others.length === 0) return undefined;
		// Only its place is asked for: whether all may go has been decided.
		const {window: _, ...rest} = params;
		const {arranged, scene} = examine({...rest, to: others.join(','), round_trip: 'ignored'}, at, facts);
		const entry = arranged.entries.find(({guest}) => guest === uuid);
		const guest = scene.cluster.guests.find(({id}) => id === uuid);
		return entry && partOf(entry, params, {rejected: tried, stop: shutdownFor(guest, params)});
	},

	unplanned({guests}, {host}, facts) {
		const there = guestsOn([host], facts).filter(({state}) => state !== 'off');
		return (guests === undefined ? there : guestsNamed(there, guests)).map(({name}) => ({
			guest: name,
			reason: `the guest is on ${host} and not in the plan`,
			remedy: 'make a new plan: vacate plan',
			fails: true,
		}));
	},

	expand(params, at, facts, chosen): Expansion {
		demandKnownGuests(params, [at.host, ...destinationsOf(params.to, at)], facts);
		const natural = examine(params, at, facts);
		const free = expanded(params, at, facts, natural);
		if (chosen === undefined) return free;
		const held = examine(params, at, facts, chosen);
		const {parts, left} = expanded(params, at, facts, held);
		// What blocks all moves can be a guest that is not in the plan.
		const may = whyNobody(params, natural) === undefined ? parts : [];
		const whyNot = ({uuid, to}: ChosenMove) => {
			if (!held.scene.destinations.includes(to)) return `${to} is not a destination of this task`;
			const guest = held.scene.cluster.guests.find(({id, host}) => id === uuid && host === at.host);
			if (guest === undefined) return undefined;
			const stays = [...left, ...free.left].find(one => one.guest === guest.name);
			return stays?.reason ?? `this task does not move the guest to ${to}`;
		};
		return {
			...free,
			parts: chosenParts(chosen, may, move => usualPart(move, at.host, params), whyNot),
			limits: limitsOf(
				chosen.map(({to}) => ({source: at.host, destination: to})),
				held.limits,
			),
			left: leftBy(chosen, free, windowDuration(params) === undefined),
		};
	},
});

/** The moves, and the guests that stay. */
function expanded(params: EvacuateParams, at: PlanContext, facts: Facts, examined: EvacuationAnalysis): Expansion {
	const {arranged, limits, scene} = examined;
	const nobody = whyNobody(params, examined);
	const entries = nobody === undefined ? arranged.entries : [];
	const guests = new Map(scene.asked.map(guest => [guest.id, guest]));
	const stopped = nobody === undefined ? [] : arranged.entries.flatMap(({guest}) => guests.get(guest) ?? []);
	const stateOf = ({id}: ClusterGuest) =>
		facts.of({kind: 'domains', host: at.host}).find(({uuid}) => uuid === id)?.state ?? 'not there';
	const remedies = remediesIn(scene.report);
	const left = (guest: ClusterGuest, why: StayCause): GuestStaying =>
		guestStayingFor(guest, stateOf(guest), why, {to: params.to, remedies});
	return {
		parts: entries.map(entry => {
			const stop = shutdownFor(guests.get(entry.guest), params);
			return partOf(entry, params, {rejected: arranged.rejectedOf(entry.guest), stop});
		}),
		limits: limitsOf(entries, limits),
		left: [
			...arranged.left.map(({guest, why}) => left(guest, why)),
			...stopped.map(guest => left(guest, {code: 'nobody_goes', ...(nobody ?? {reason: '', remedy: ''})})),
		].sort((a, b) => (a.guest < b.guest ? -1 : 1)),
		warnings: warnings(params, examined),
	};
}

type Nobody = {readonly reason: string; readonly remedy: string};

/** Why no guest may move at all; undefined if guests may move. */
function whyNobody(params: EvacuateParams, {scene, arranged, wayBack}: EvacuationAnalysis): Nobody | undefined {
	// A run acquires its locks itself; a plan for later may be made while another run has locked the host.
	const isOfSource = ({rule, scope, severity, outcome}: Finding) =>
		scope === 'source' &&
		rule !== 'source-free' &&
		severity === 'blocks' &&
		(outcome === 'found' || params.not_known === 'block');
	const [blocker] = scene.report.findings.filter(isOfSource);
	if (blocker !== undefined) {
		return {reason: `${scene.source} is not ready: ${blocker.reason}`, remedy: remedyText(blocker.remedy)};
	}
	const held = scene.cluster.guests.find(
		({host, policy, state}) => host === scene.source && policy === 'block' && state !== 'off',
	);
	if (held !== undefined) {
		return {
			reason: `no move starts while ${held.name} (policy: block) is on the host`,
			remedy: `move or stop ${held.name} manually first`,
		};
	}
	const homeless = arranged.left.filter(({why}) => why.code === 'no_home' || why.code === 'stuck');
	if (params.unplaced === 'nobody_goes' && homeless.length > 0) {
		const names = homeless.map(({guest}) => guest.name).join(', ');
		return {
			reason: `no guest moves, because these cannot be placed: ${names}`,
			remedy: 'set unplaced: others_go, or free capacity',
		};
	}
	const [first] = params.round_trip === 'required' ? (wayBack ?? []) : [];
	if (first === undefined) return undefined;
	return {
		reason: `no guest moves, because ${first.guest} could not move back: ${first.reason}`,
		remedy: 'set round_trip: checked, or exclude the guest',
	};
}

function warnings(
	{not_known, window, next_best_destination: isNextBestSet}: EvacuateParams,
	{report, arranged, wayBack}: EvacuationAnalysis,
): readonly Warning[] {
	const goesTo = new Map(arranged.entries.map(({guest, destination}) => [guest, destination]));
	const worthTelling = report.findings.filter(
		({severity, outcome, rule, scope}) =>
			scope !== 'run' &&
			(rule === 'source-free' || severity === 'warns' || (outcome === 'unknown' && not_known !== 'block')),
	);
	return [
		...windowWarnings(window, arranged.wholeMs),
		...(isNextBestSet === true ? [otherDestinations] : []),
		...(wayBack ?? []).map(({guest, reason}) => ({
			about: guest,
			text: `could not move back: ${reason}`,
			remedy: 'exclude the guest, or leave it at the destination',
			cannot_return: true as const,
		})),
		...arranged.placement.broken.map(broken => ({
			about: broken.code === 'rule' ? broken.rule : (nameOf(broken.guest, arranged.entries) ?? broken.guest),
			text:
				broken.code === 'rule'
					? `soft rule broken ${broken.times} times`
					: broken.code === 'prefers'
						? `moves to ${broken.host}, which is not a preferred host`
						: `is shut down for its move to ${broken.host}, since it cannot move there live`,
			remedy: broken.code === 'not_live' ? 'to leave it, set policy: live' : 'add a host to the destinations',
		})),
		...warningsOf(worthTelling, goesTo),
	];
}

/** Said where the playbook allows it explicitly, so that those who approve the plan also approve this. */
const otherDestinations: Warning = {
	about: 'next_best_destination',
	text: 'a guest that its destination does not accept moves to another destination of this task, which this plan does not name',
	remedy: 'set next_best_destination: false if approvers must know every destination',
};

function nameOf(id: string, entries: EvacuationAnalysis['arranged']['entries']): string | undefined {
	return entries.find(({guest}) => guest === id)?.name;
}
