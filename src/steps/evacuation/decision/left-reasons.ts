import type {ClusterGuest} from '../../../placement/cluster.ts';
import type {StayReason} from '../../../placement/migration-modes.ts';
import {type Rejection, rejectionText} from '../../../placement/rejection.ts';
import type {remediesIn} from '../../../preflight/preflight.ts';
import type {GuestStaying, Rejected} from '../../step.ts';

/** Why a selected guest stays. */
export type StayCause =
	| StayReason
	| {readonly code: 'no_home'; readonly rejections: readonly {readonly host: string; readonly rejection: Rejection}[]}
	/** Placement found a destination, but no order of moves frees its capacity in time. */
	| {readonly code: 'stuck'; readonly limit: string}
	| {readonly code: 'window'; readonly window: string}
	/** No guest may move at all. */
	| {readonly code: 'nobody_goes'; readonly reason: string; readonly remedy: string};

type Remedies = ReturnType<typeof remediesIn>;

/** Describes a guest that stays. `to` is the host pattern of the destinations. */
export function guestStayingFor(
	{id, name}: ClusterGuest,
	state: string,
	why: StayCause,
	{to, remedies}: {readonly to: string; readonly remedies: Remedies},
): GuestStaying {
	const stay = (reason: string, remedy: string, fails: boolean, rejected: readonly Rejected[] = []) => ({
		guest: name,
		reason,
		remedy,
		fails,
		...(rejected.length === 0 ? {} : {rejected}),
	});
	switch (why.code) {
		case 'leave':
			return stay('policy: leave', 'to move the guest, set another policy', false);
		case 'block':
			return stay(
				'policy: block; no move starts while this guest is on the host',
				`move or stop ${name} manually first`,
				true,
			);
		case 'off':
			return stay(
				`the guest is ${state}; only running guests are moved`,
				'to move it as well, set policy: live_or_cold',
				false,
			);
		case 'obstacle':
			return stay(why.reasons.join('; '), joined(why.reasons.map(reason => remedies({guest: id}, reason))), true);
		case 'stuck':
			return stay(
				`no order of moves frees enough capacity: ${why.limit}`,
				`add a host to ${to}, or free capacity on one`,
				true,
			);
		case 'window':
			return stay(
				`the move does not fit into the window of ${why.window}`,
				'extend the window, or allow more concurrent moves',
				false,
			);
		case 'nobody_goes':
			return stay(why.reason, why.remedy, true);
		case 'no_home': {
			const rejected = why.rejections.map(({host: other, rejection}) => ({
				host: other,
				reason: rejectionText(rejection),
			}));
			return stay(homeless(rejected), remedyOf(id, why.rejections, to, remedies), true, rejected);
		}
	}
}

/** The maximum number of destinations named in one sentence. */
const mostNamed = 3;

function homeless(rejected: readonly Rejected[]): string {
	if (rejected.length === 0) return 'no host is an allowed destination';
	const named = rejected.slice(0, mostNamed).map(({host, reason}) => `${host}: ${reason}`);
	const more = rejected.length > mostNamed ? [`and ${rejected.length - mostNamed} more`] : [];
	return `no eligible destination: ${[...named, ...more].join('; ')}`;
}

/** The remedies of all rejections, without duplicates. */
function remedyOf(
	guest: string,
	rejections: readonly {readonly host: string; readonly rejection: Rejection}[],
	to: string,
	remedies: Remedies,
): string {
	if (rejections.length === 0) return `add a host to ${to}`;
	return joined(
		rejections.flatMap(({host, rejection}) => {
			switch (rejection.code) {
				case 'closed':
					return [remedies({host}, rejection.reason)];
				case 'obstacle':
					return rejection.reasons.map(reason => remedies({guest, host}, reason) ?? remedies({guest}, reason));
				case 'memory':
					return [`add a host to ${to}, or free memory on one`];
				case 'space':
				case 'no_pool':
					return [`add a host to ${to}, or free space for its disks on one`];
				case 'pinned':
				case 'excluded':
					return ['change pin or avoid for this guest in the playbook'];
				case 'together':
				case 'apart':
					return [`add a host to ${to}, or set strength: soft for the rule`];
				case 'cpus':
					return [`add a host to ${to}, or raise overcommit: {cpus: …}`];
				case 'headroom':
					return [`add a host to ${to}, or set headroom: none`];
				default:
					return [`add a host to ${to}`];
			}
		}),
	);
}

function joined(remedies: readonly (string | undefined)[]): string {
	return [...new Set(remedies.filter(remedy => remedy !== undefined))].join('; ');
}
