import type {Cluster} from '../../../placement/cluster.ts';
import {place} from '../../../placement/place.ts';
import type {Placement} from '../../../placement/placement.ts';
import {rejectionText} from '../../../placement/rejection.ts';

/**
 * The moving guests that could not move back if nothing else changed: for lack of capacity, or because `isOlder`
 * reports that the host has an older libvirt or QEMU than the guest's current host. Files that the guest left behind
 * are overwritten. No memory is reserved for the host itself, since it had the guests before.
 */
export function whoCannotReturn(
	{hosts, guests, rules, lines}: Cluster,
	{moves}: Placement,
	isOlder: (home: string, away: string) => boolean,
): readonly {readonly guest: string; readonly reason: string}[] {
	const away = new Map(moves.map(({guest, destination}) => [guest, destination]));
	const stopped = new Set(moves.filter(({mode}) => mode === 'cold').map(({guest}) => guest));
	const homes = new Set(moves.map(({source}) => source));
	const after: Cluster = {
		hosts: hosts.map(({closed: _, ...host}) =>
			homes.has(host.name)
				? {...host, freeKib: host.memoryKib, reserveKib: 0}
				: {...host, closed: 'the guest did not come from this host'},
		),
		guests: guests.map(guest => {
			const host = away.get(guest.id);
			if (host === undefined) return guest;
			const obstacles = isOlder(guest.host, host)
				? [{modes: ['live' as const], reason: `${guest.host} has an older version of libvirt or QEMU than ${host}`}]
				: [];
			const disks = guest.disks.map(disk => ({...disk, spaceBytes: 0, virtualBytes: disk.spaceBytes}));
			return {
				...guest,
				host,
				disks,
				obstacles,
				policy: guest.state === 'off' ? 'live_or_cold' : stopped.has(guest.id) ? 'stop_and_start' : 'live',
				pins: [guest.host],
				avoids: [],
				prefers: [],
			};
		}),
		rules,
		lines,
	};
	return place(after, {guests: [...away.keys()], headroom: 'none'}).left.map(({name, why}) => ({
		guest: name,
		reason:
			why.code === 'no_home'
				? why.rejections
						.filter(({host}) => homes.has(host))
						.map(({host, rejection}) => `${host}: ${rejectionText(rejection)}`)
						.join('; ')
				: why.code === 'obstacle'
					? why.reasons.join('; ')
					: why.code,
	}));
}
