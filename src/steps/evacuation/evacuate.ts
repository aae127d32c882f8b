import type {ClusterGuest} from '../../placement/cluster.ts';
import {type Finding, remedyText} from '../../preflight/finding.ts';
import {remediesIn} from '../../preflight/preflight.ts';
import {demandKnownGuests} from '../evacuate/known-guests.ts';
import {contradictionsOfEach} from '../migration/options/option-check.ts';
import {defineComposite, type Expansion, type GuestStaying, type Warning} from '../step.ts';
import {destinationsOf, type EvacuateParams} from './cluster/evacuation-scene.ts';
import {guestsOn} from './cluster/guests.ts';
import {evacuationRequests, isOptional} from './cluster/requests.ts';
import {limitsOf, partOf} from './decision/arrange.ts';
import {type EvacuationAnalysis, examine} from './decision/examine.ts';
import {guestStayingFor, type StayCause} from './decision/left-reasons.ts';
import {chosen} from './decision/selection.ts';
import {warningsOf} from './decision/warnings.ts';
import {evacuateParams} from './evacuate-params.ts';

/** Moves every running guest of the host to others. */
export const evacuate = defineComposite<typeof evacuateParams>({
	kind: 'composite',
	name: 'evacuate',
	summary: 'Move the guests of the host to other hosts, several at once.',
	examples: [
		'evacuate: {to: "compute:!kvm1"}',
		'evacuate: {to: compute, limits: {per_source: 4, per_destination: 2}, migrate: {auto_converge: true}}',
		'evacuate: {to: compute, each: [{guests: "db*", policy: leave}], apart: [{guests: "label:web"}], headroom: one_host}',
	],
	params: evacuateParams,
	short: 'to',
	drainsHost: true,
	contradictions: contradictionsOfEach,

	needs: evacuationRequests,
	isOptional: (request, at) => isOptional(request, at.host),

	bounds: ({max_failures_in_a_row: inARow = 5, max_fail_percentage: percent}) => ({inARow, percent}),

	unplanned({guests}, {host}, facts) {
		const there = guestsOn([host], facts).filter(({state}) => state !== 'off');
		return (guests === undefined ? there : chosen(there, guests)).map(({name}) => ({
			guest: name,
			reason: `it is on ${host} and is not in the plan`,
			remedy: 'make a new plan: vacate plan',
			fails: true,
		}));
	},

	expand(params, at, facts): Expansion {
		demandKnownGuests(params, [at.host, ...destinationsOf(params.to, at)], facts);
		const examined = examine(params, at, facts);
		const {arranged, limits, scene} = examined;
		const nobody = whyNobody(params, examined);
		const entries = nobody === undefined ? arranged.entries : [];
		const guests = new Map(scene.asked.map(guest => [guest.id, guest]));
		const stopped = nobody === undefined ? [] : arranged.entries.flatMap(({guest}) => guests.get(guest) ?? []);
		const remedies = remediesIn(scene.report);
		const stateOf = ({id}: ClusterGuest) =>
			facts.of({kind: 'domains', host: at.host}).find(({uuid}) => uuid === id)?.state ?? 'not there';
		const left = (guest: ClusterGuest, why: StayCause): GuestStaying =>
			guestStayingFor(guest, stateOf(guest), why, {to: params.to, remedies});
		return {
			parts: entries.map(entry => partOf(entry, params, {rejected: arranged.rejectedOf(entry.guest)})),
			limits: limitsOf(entries, limits),
			left: [
				...arranged.left.map(({guest, why}) => left(guest, why)),
				...stopped.map(guest => left(guest, {code: 'nobody_goes', ...(nobody ?? {reason: '', remedy: ''})})),
			].sort((a, b) => (a.guest < b.guest ? -1 : 1)),
			warnings: warnings(params, examined),
		};
	},
});

type Nobody = {readonly reason: string; readonly remedy: string};

/** Why none of them may go, though some could; undefined when they may. */
function whyNobody(params: EvacuateParams, {scene, arranged, wayBack}: EvacuationAnalysis): Nobody | undefined {
	const isOfSource = ({rule, severity, outcome}: Finding) =>
		// A run takes its locks itself; a plan for later may be made while another run holds the host.
		rule.startsWith('source-') &&
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
		return {reason: `nothing begins while ${held.name} is there`, remedy: `move or stop ${held.name} by hand first`};
	}
	const homeless = arranged.left.filter(({why}) => why.code === 'no_home' || why.code === 'stuck');
	if (params.unplaced === 'nobody_goes' && homeless.length > 0) {
		const names = homeless.map(({guest}) => guest.name).join(', ');
		return {reason: `nobody goes, as not all can: ${names}`, remedy: 'say unplaced: others_go, or make room'};
	}
	const [first] = params.round_trip === 'required' ? (wayBack ?? []) : [];
	if (first === undefined) return undefined;
	return {
		reason: `nobody goes, as not all could come back: ${first.guest}: ${first.reason}`,
		remedy: 'say round_trip: checked, or leave out who could not',
	};
}

function warnings({not_known}: EvacuateParams, {report, arranged, wayBack}: EvacuationAnalysis): readonly Warning[] {
	const goesTo = new Map(arranged.entries.map(({guest, destination}) => [guest, destination]));
	const worthTelling = report.findings.filter(
		({severity, outcome, rule}) =>
			!rule.startsWith('plan-') &&
			(rule === 'source-free' || severity === 'warns' || (outcome === 'unknown' && not_known !== 'block')),
	);
	return [
		...(wayBack ?? []).map(({guest, reason}) => ({
			about: guest,
			text: `it could not come back: ${reason}`,
			remedy: 'leave it out, or let it stay where it goes',
		})),
		...arranged.placement.broken.map(broken => ({
			about: broken.code === 'rule' ? broken.rule : (nameOf(broken.guest, arranged.entries) ?? broken.guest),
			text:
				broken.code === 'rule'
					? `this soft rule is broken ${broken.times} times`
					: broken.code === 'prefers'
						? `it goes to ${broken.host}, which it does not prefer`
						: `it cannot go live to ${broken.host}`,
			remedy: 'add a host to the destinations',
		})),
		...warningsOf(worthTelling, goesTo),
	];
}

function nameOf(id: string, entries: EvacuationAnalysis['arranged']['entries']): string | undefined {
	return entries.find(({guest}) => guest === id)?.name;
}
