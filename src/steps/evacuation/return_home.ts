import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import {withRestores} from '../migration/definition-changes.ts';
import {writtenDisks} from '../migration/disks/disk-scene.ts';
import {contradictionsOfEach} from '../migration/options/option-check.ts';
import {type ChosenMove, defineComposite, type Expansion, type PlanContext} from '../step.ts';
import {clusterRequests, isOptional, requestsOnDemand} from './cluster/requests.ts';
import {limitsOf, scheduleOptions} from './decision/arrange.ts';
import {chosenParts, leftBy, usualPart} from './decision/chosen-parts.ts';
import {awayOf, placedAtHome, restoresIn} from './decision/place-at-home.ts';
import {type ReturnHomeParams, returnHomeParams} from './return-home-params.ts';

/** Moves guests back to the host that they left. */
export const returnHome = defineComposite<typeof returnHomeParams>({
	kind: 'composite',
	name: 'return_home',
	summary:
		'Move guests back to the host that this run first moved them away from. A guest that cannot move back stays, with a warning.',
	examples: [
		'return_home: {}',
		'return_home: {required: true}',
		'return_home: {limits: {per_destination: 4, total: 8}}',
	],
	params: returnHomeParams,
	drainsHost: false,
	bestEffort: ({required = false}) => !required,
	contradictions: contradictionsOfEach,

	needs(given, at, facts) {
		const away = awayOf(given.guests, at);
		const sources = [...new Set(away.map(({from}) => from))];
		const over = away.flatMap(({guest, from}) =>
			homeRequests(facts.get({kind: 'domain', host: from, uuid: guest}), at.host),
		);
		if (away.length === 0) return isNewRun(given, at) ? recordRequests(at.host) : [];
		return [
			...clusterRequests(sources, [at.host], at.peer, facts, given.migrate, restoresIn(away)),
			...requestsOnDemand(sources, [at.host], at.peer, given, facts),
			...over,
		];
	},
	isOptional: (request, at) => request.kind === 'kept-copies' || isOptional(request, at.host),

	expand(given, at, facts, chosen): Expansion {
		if (awayOf(given.guests, at).length === 0) return nobodyAway(at.host, isNewRun(given, at), facts);
		const free = placedAtHome(given, at, facts);
		if (chosen === undefined) return free;
		const away = new Map(awayOf(given.guests, at).map(({guest, from}) => [guest, from]));
		const whyNot = ({guest, uuid, to, on}: ChosenMove) => {
			if (to !== at.host) return `${to} is not the host that this task returns guests to`;
			if (away.get(uuid) !== on) return `the guest did not move from ${at.host} to ${on}`;
			return free.left.find(one => one.guest === guest)?.reason;
		};
		return {
			...free,
			parts: chosenParts(
				chosen,
				free.parts,
				move => {
					const migrate = withRestores(given.migrate, restoresIn(awayOf(given.guests, at))(move.uuid));
					return usualPart(move, move.on ?? at.host, {...given, migrate});
				},
				whyNot,
			),
			limits: limitsOf(
				chosen.map(({on = at.host}) => ({source: on, destination: at.host})),
				scheduleOptions(given, [at.peer(at.host)]).limits,
			),
			left: leftBy(chosen, free, given.required ?? false),
		};
	},
});

/** Has the run moved no guest at all, as one that starts at this task? */
function isNewRun({guests}: ReturnHomeParams, {moved}: PlanContext): boolean {
	return guests === undefined && moved.length === 0;
}

function recordRequests(host: string): readonly FactRequest[] {
	return [
		{kind: 'kept-copies', host},
		{kind: 'domains', host},
	];
}

/** Nobody is away by what this run has moved. The records of the host name guests that an earlier run has moved. */
function nobodyAway(home: string, isNew: boolean, facts: Facts): Expansion {
	const copies = isNew ? (facts.get({kind: 'kept-copies', host: home})?.copies ?? []) : [];
	const here = new Set(facts.get({kind: 'domains', host: home})?.map(({uuid}) => uuid));
	const gone = copies.filter(({guest}) => !here.has(guest));
	const runs = [...new Set(gone.map(({run}) => run))].sort();
	return {
		parts: [],
		limits: {},
		left: [],
		warnings: runs.map(run => {
			const names = [...new Set(gone.filter(copy => copy.run === run).map(({name}) => name))].join(', ');
			return {
				about: home,
				text: `return_home only brings back what its own run has moved; run ${run} has moved ${names} away`,
				remedy: `vacate return ${run}`,
			};
		}),
	};
}

/** The state of the disks at home. */
function homeRequests(definition: DomainDefinition | undefined, home: string): readonly FactRequest[] {
	return (definition === undefined ? [] : writtenDisks(definition)).map(
		({path, format}) => ({kind: 'image', host: home, path, format}) as const,
	);
}
