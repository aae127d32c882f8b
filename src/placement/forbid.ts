import type {ClusterHost} from './cluster.ts';
import {modeTo, obstaclesAt} from './migration-modes.ts';
import type {PlacementProblem, UnitDraft} from './problem.ts';
import type {Rejection} from './rejection.ts';

/** Why a unit must not go to a host, independent of other moves. */
export function forbiddenAt(
	unit: UnitDraft,
	index: number,
	host: ClusterHost,
	rules: PlacementProblem['rules'],
): Rejection | undefined {
	if (unit.homes.some(home => home.host === index)) return {code: 'own'};
	if (host.closed !== undefined) return {code: 'closed', reason: host.closed};
	if (unit.anchor?.hosts.some(anchor => anchor !== index)) {
		return {code: 'together', rule: unit.anchor.rule};
	}
	const torn = unit.memberships.find(({rule, count}) => count > 1 && rules[rule]?.rule.strength === 'hard');
	if (torn !== undefined) return {code: 'apart', rule: rules[torn.rule]?.rule.name ?? ''};
	for (const guest of unit.guests) {
		if (guest.pins.length > 0 && !guest.pins.includes(host.name)) return {code: 'pinned', to: guest.pins.toSorted()};
		if (guest.avoids.includes(host.name)) return {code: 'excluded'};
		if (modeTo(guest, host.name) === undefined) return {code: 'obstacle', reasons: obstaclesAt(guest, host.name)};
		if (guest.vcpus > host.cpus) return {code: 'vcpus', vcpus: guest.vcpus, cpus: host.cpus};
	}
	const homeless = unit.needs.find(({poolAt, seenAt}) => seenAt?.[index] !== 1 && (poolAt[index] ?? -1) < 0);
	return homeless && {code: 'no_pool', path: homeless.path};
}

/** Whether only the host's own state can reject the unit: the answer is then the same for all such units. */
export function isUnbound(unit: UnitDraft, hosts: readonly ClusterHost[], fewestCpus: number): boolean {
	return (
		unit.anchor === undefined &&
		unit.memberships.every(({count}) => count === 1) &&
		unit.needs.every(({everywhere}) => everywhere) &&
		unit.homes.every(home => hosts[home.host]?.closed !== undefined) &&
		unit.guests.every(
			({pins, avoids, obstacles, vcpus}) =>
				pins.length === 0 && avoids.length === 0 && obstacles.length === 0 && vcpus <= fewestCpus,
		)
	);
}
