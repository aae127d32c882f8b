import type {ClusterGuest} from '../../../placement/cluster.ts';
import type {StayReason} from '../../../placement/migration-modes.ts';
import {type Rejection, rejectionText} from '../../../placement/rejection.ts';
import type {remediesIn} from '../../../preflight/preflight.ts';
import type {GuestStaying, Rejected} from '../../step.ts';

/** Why a guest stays that was asked for. */
export type StayCause =
	| StayReason
	| {readonly code: 'no_home'; readonly rejections: readonly {readonly host: string; readonly rejection: Rejection}[]}
	/** Placement gave it a place, and no order makes room for it in time. */
	| {readonly code: 'stuck'; readonly limit: string}
	/** It would have to be stopped for the move. */
	| {readonly code: 'cold'}
	| {readonly code: 'window'; readonly window: string}
	/** Something else keeps all of them. */
	| {readonly code: 'nobody_goes'; readonly reason: string; readonly remedy: string};

type Remedies = ReturnType<typeof remediesIn>;

/** A guest that stays, for people. `to` is what was written as the destinations. */
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
			return stay('its policy is to leave it', 'give it another policy if it shall go', false);
		case 'block':
			return stay('its policy is that nothing begins while it is there', `move or stop ${name} by hand first`, true);
		case 'off':
			return stay(
				`it is ${state} and stays: only running guests are moved`,
				'to move it too: policy: live_or_cold',
				false,
			);
		case 'cold':
			return stay(
				'it would have to be stopped and moved while it is off, which is not asked for here',
				`give it the policy live, or stop it and move it by hand`,
				true,
			);
		case 'obstacle':
			return stay(why.reasons.join('; '), joined(why.reasons.map(reason => remedies({guest: id}, reason))), true);
		case 'stuck':
			return stay(`no order makes room for it: ${why.limit}`, `add a host to ${to}, or free room on one`, true);
		case 'window':
			return stay(`it does not fit into the window of ${why.window}`, 'allow more time, or more moves at once', false);
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

/** So many destinations are named in one sentence. */
const mostNamed = 3;

function homeless(rejected: readonly Rejected[]): string {
	if (rejected.length === 0) return 'there is no host that it may go to';
	const named = rejected.slice(0, mostNamed).map(({host, reason}) => `${host}: ${reason}`);
	const more = rejected.length > mostNamed ? [`and ${rejected.length - mostNamed} more`] : [];
	return `no host takes it: ${[...named, ...more].join('; ')}`;
}

/** Each rejection has its own remedy; one that is the same for several hosts is said once. */
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
					return ['change its pin or avoid in the playbook'];
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
