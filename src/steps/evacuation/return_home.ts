import type {FromSchema} from 'json-schema-to-ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import {needKib} from '../../placement/capacity.ts';
import type {Cluster, ClusterGuest, ClusterHost} from '../../placement/cluster.ts';
import {obstaclesOf, preflight, remediesIn} from '../../preflight/preflight.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import {type OwnCopy, ownCopy} from '../kept/own-copy.ts';
import {withRestores} from '../migration/definition-changes.ts';
import {writtenDisks} from '../migration/disks/disk-scene.ts';
import {moveParams} from '../migration/options/move-params.ts';
import {contradictionsOfEach} from '../migration/options/option-check.ts';
import {type ChosenMove, defineComposite, type Expansion, type MoveRestores, type PlanContext} from '../step.ts';
import {askedOf, unplanned} from './cluster/evacuation-scene.ts';
import {guestsOn} from './cluster/guests.ts';
import {hostOf} from './cluster/hosts.ts';
import {clusterRequests, isOptional, requestsOnDemand} from './cluster/requests.ts';
import {arrange, limitsOf, partOf, scheduleOptions} from './decision/arrange.ts';
import {chosenParts, leftBy, usualPart} from './decision/chosen-parts.ts';
import {awayFrom, type GuestAway} from './decision/guests-away.ts';
import {guestStayingFor} from './decision/left-reasons.ts';
import {preflightFacts} from './decision/preflight-facts.ts';
import {warningsOf} from './decision/warnings.ts';
import {moving} from './evacuate-params.ts';

const kept = {
	type: 'array',
	description:
		'Files that the guest left at its home. Each is overwritten if its device, inode and birth time still match.',
	items: {
		type: 'object',
		additionalProperties: false,
		required: ['path', 'identity'],
		properties: {
			path: {type: 'string', description: 'Path of the file.'},
			identity: {type: 'string', description: 'Device, inode and birth time of the file.'},
		},
	},
} as const;

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		guests: {
			type: 'array',
			description:
				'Guests to move back, and their current hosts. Default: every guest that this run first moved away from this host.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['guest', 'from'],
				properties: {
					guest: {type: 'string', description: 'UUID of the guest.'},
					name: {type: 'string', description: 'Name of the guest, for readers only.'},
					from: {type: 'string', description: 'Host that the guest is on.'},
					kept,
					restores: {
						type: 'object',
						additionalProperties: false,
						description:
							'Parameters of its move that give the guest its own networks and listen address again, unless `migrate` overrides them.',
						properties: {network_map: moveParams.network_map, graphics_listen: moveParams.graphics_listen},
					},
				},
			},
		},
		required: {
			type: 'boolean',
			description:
				'Fail the task if a guest cannot move back (with `any_errors_fatal` in the play, this ends the run). Default: warn.',
		},
		...moving,
	},
} as const;

/** Moves guests back to the host that they left. */
export const returnHome = defineComposite<typeof params>({
	kind: 'composite',
	name: 'return_home',
	summary:
		'Move guests back to the host that this run first moved them away from. A guest that cannot move back stays, with a warning.',
	examples: [
		'return_home: {}',
		'return_home: {required: true}',
		'return_home: {limits: {per_destination: 4, total: 8}}',
	],
	params,
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

type Given = FromSchema<typeof params>;

/** Has the run moved no guest at all, as one that starts at this task? */
function isNewRun({guests}: Given, {moved}: PlanContext): boolean {
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

/** The moves back home, and their schedule. */
function placedAtHome(given: Given, at: PlanContext, facts: Facts): Expansion {
	const home = at.host;
	const {required = false} = given;
	const away = awayOf(given.guests, at);
	const sources = [...new Set(away.map(({from}) => from))];
	const placeOf = new Map(away.map(one => [one.guest, one]));
	const guests = guestsOn([home, ...sources], facts);
	const asked = guests.filter(({id, host}) => placeOf.get(id)?.from === host);
	const isOurs = (_: string, path: string, identity: string) =>
		away.some(one => overOf(one, at, facts).some(file => file.path === path && file.identity === identity));
	const reports = sources.map(source => {
		const own = asked.filter(({host}) => host === source);
		const plan = {...unplanned, ...askedOf(given)};
		const wishes = given.migrate;
		const subject = {source, guests: own, destinations: [home], plan, isOurs, wishes, restoresOf: restoresIn(away)};
		return preflight(preflightFacts(subject, at, facts));
	});
	const obstacles = new Map(reports.flatMap(report => [...obstaclesOf(report, given.not_known ?? 'warn')]));
	const remedies = remediesIn({findings: reports.flatMap(({findings}) => findings), rules: []});
	const comingKib = asked.reduce((sum, guest) => sum + needKib(guest), 0);
	const hosts = [home, ...sources].flatMap((name): readonly ClusterHost[] => {
		const host = hostOf(name, at, facts, {reserve: '0 B', ...given}, comingKib);
		if (host === undefined) return [];
		return [name === home ? host : {...host, closed: 'the guest did not come from this host'}];
	});
	const cluster: Cluster = {
		hosts,
		guests: guests
			.filter(({host}) => hosts.some(({name}) => name === host))
			.map((guest): ClusterGuest => {
				const one = placeOf.get(guest.id);
				if (one === undefined) return guest;
				const reused = new Set(overOf(one, at, facts).map(({path}) => path));
				const isReused = (path: string) => reused.has(path) || isProven(ownCopy(home, guest.id, path, facts));
				const disks = guest.disks.map(disk =>
					isReused(disk.path) ? {...disk, spaceBytes: 0, virtualBytes: disk.spaceBytes} : disk,
				);
				return {...guest, disks, policy: 'live_or_cold', obstacles: obstacles.get(guest.id) ?? []};
			}),
		rules: [],
		lines: [],
	};
	const options = scheduleOptions(given, [at.peer(home)]);
	const arranged = arrange(cluster, {guests: asked.map(({id}) => id), headroom: 'none'}, options);
	const goesTo = new Map(arranged.entries.map(({guest}) => [guest, home]));
	return {
		parts: arranged.entries.map(entry => {
			const one = placeOf.get(entry.guest);
			const over = one === undefined ? [] : overOf(one, at, facts);
			const migrate = withRestores(given.migrate, one?.restores);
			const part = partOf(entry, {...given, migrate}, {on: entry.source});
			return over.length === 0 ? part : {...part, params: {...(part.params as object), over: [...over]}};
		}),
		limits: limitsOf(arranged.entries, options.limits),
		left: [
			...arranged.left.map(({guest, why}) => ({
				...guestStayingFor(guest, 'shut off', why, {to: home, remedies}),
				fails: required,
			})),
			...away
				.filter(({guest}) => !asked.some(({id}) => id === guest))
				.filter(({guest}) => !guests.some(({id, host, state}) => id === guest && host === home && state !== 'off'))
				.map(({guest, from}) => ({
					guest,
					reason: `the guest is no longer on ${from}`,
					remedy: `find the guest: virsh domstate --reason ${guest}`,
					fails: required,
				})),
		],
		warnings: reports.flatMap(({findings}) =>
			warningsOf(
				findings.filter(({severity, scope}) => severity === 'warns' && scope !== 'run'),
				goesTo,
			),
		),
	};
}

/** The guests that are away, according to the task, or to the moves of this run. */
function awayOf(named: readonly GuestAway[] | undefined, {host, moved}: PlanContext): readonly GuestAway[] {
	return named?.map(one => ({kept: [], ...one})) ?? awayFrom(host, moved);
}

/** By the UUID of the guest. */
function restoresIn(away: readonly GuestAway[]): (guest: string) => MoveRestores | undefined {
	return guest => away.find(one => one.guest === guest)?.restores;
}

/** The state of the disks at home. */
function homeRequests(definition: DomainDefinition | undefined, home: string): readonly FactRequest[] {
	return (definition === undefined ? [] : writtenDisks(definition)).map(
		({path, format}) => ({kind: 'image', host: home, path, format}) as const,
	);
}

/** Files at home that may be overwritten without a record: those in the task, if their identities still match. */
function overOf(
	{guest, from, kept: files = []}: GuestAway,
	{host: home}: PlanContext,
	facts: Parameters<typeof guestsOn>[1],
): readonly {readonly path: string; readonly identity: string}[] {
	const disks = facts.get({kind: 'domain', host: from, uuid: guest})?.disks ?? [];
	return disks.flatMap(({path}) => {
		if (path === undefined || isProven(ownCopy(home, guest, path, facts))) return [];
		const there = facts.get({kind: 'path', host: home, path});
		if (there === undefined || there.type === 'absent') return [];
		const isKept = files.some(file => file.path === path && file.identity === there.identity);
		return isKept ? [{path, identity: there.identity}] : [];
	});
}

function isProven(own: OwnCopy | undefined): boolean {
	return own !== undefined && own.why === undefined;
}
