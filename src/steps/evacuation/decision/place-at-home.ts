import type {Facts} from '../../../facts/facts.ts';
import {needKib} from '../../../placement/capacity.ts';
import type {Cluster, ClusterGuest, ClusterHost} from '../../../placement/cluster.ts';
import {obstaclesOf, preflight, remediesIn} from '../../../preflight/preflight.ts';
import {type OwnCopy, ownCopy} from '../../kept/own-copy.ts';
import {withRestores} from '../../migration/definition-changes.ts';
import type {Expansion, MoveRestores, PlanContext} from '../../step.ts';
import {askedOf, unplanned} from '../cluster/evacuation-scene.ts';
import {guestsOn, withStopObstacles} from '../cluster/guests.ts';
import {hostOf} from '../cluster/hosts.ts';
import type {ReturnHomeParams} from '../return-home-params.ts';
import {arrange, limitsOf, partOf, scheduleOptions} from './arrange.ts';
import {awayFrom, type GuestAway} from './guests-away.ts';
import {guestStayingFor} from './left-reasons.ts';
import {preflightFacts} from './preflight-facts.ts';
import {warningsOf} from './warnings.ts';

/** The moves back home, and their schedule. */
export function placedAtHome(given: ReturnHomeParams, at: PlanContext, facts: Facts): Expansion {
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
		const requested = given.migrate;
		const subject = {source, guests: own, destinations: [home], plan, isOurs, requested, restoresOf: restoresIn(away)};
		return preflight(preflightFacts(subject, at, facts));
	});
	const obstacles = new Map(reports.flatMap(report => [...obstaclesOf(report, given.not_known ?? 'warn')]));
	const findings = reports.flatMap(report => report.findings);
	const remedies = remediesIn({findings, rules: []});
	// Nothing else of the home is asked for here: it had the guests before.
	const cordoned = findings.find(({rule}) => rule === 'destination-cordon')?.reason;
	const comingKib = asked.reduce((sum, guest) => sum + needKib(guest), 0);
	const hosts = [home, ...sources].flatMap((name): readonly ClusterHost[] => {
		const host = hostOf(name, at, facts, {reserve: '0 B', ...given}, comingKib);
		if (host === undefined) return [];
		const closed = name === home ? cordoned : 'the guest did not come from this host';
		return [closed === undefined ? host : {...host, closed}];
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
				const policy = guest.state === 'off' ? 'live_or_cold' : one.stopped === undefined ? 'live' : 'stop_and_start';
				return withStopObstacles({...guest, disks, policy, obstacles: obstacles.get(guest.id) ?? []}, facts);
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
			const isOff = asked.some(({id, state}) => id === entry.guest && state === 'off');
			const part = partOf(entry, {...given, migrate}, {on: entry.source, stop: isOff ? undefined : one?.stopped});
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

/** The guests that are away, according to the task, or to the moves of this run. */
export function awayOf(named: readonly GuestAway[] | undefined, {host, moved}: PlanContext): readonly GuestAway[] {
	return named?.map(one => ({kept: [], ...one})) ?? awayFrom(host, moved);
}

/** By the UUID of the guest. */
export function restoresIn(away: readonly GuestAway[]): (guest: string) => MoveRestores | undefined {
	return guest => away.find(one => one.guest === guest)?.restores;
}
