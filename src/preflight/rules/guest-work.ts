import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyGuest} from '../scopes.ts';

/** Checks 20 to 22: what the guest does meanwhile, and whether it bears the move. */
export const guestWorkRules = [
	rule({
		id: 'guest-converges',
		check: 20,
		about: 'how fast it changes its memory',
		severity: 'warns',
		modes: ['live'],
		of: everyGuest,
		needs: ({guest, plan}) => ({dirty: guest.dirtyBytesPerSecond, never: plan.neverConverge}),
		ask: () => advise('say measure_dirty_rate: true, or vacate facts --dirty-rate'),
		judge: ({dirty, never}, {guest}) =>
			never.includes(guest.uuid)
				? {
						reason: `it changes ${Math.round(dirty / 1024 ** 2)} MiB of memory a second, more than can be sent`,
						remedy: advise('set auto_converge: true, give it more bandwidth, or move it in a quiet hour'),
					}
				: undefined,
	}),
	rule({
		id: 'guest-agent',
		check: 21,
		about: 'whether its agent answers',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest: {agent}}) => ({agent}),
		ask: ({guest, source}) => virsh(source.name, 'qemu-agent-command', guest.uuid, '{"execute":"guest-ping"}'),
		judge: ({agent}, {guest}) =>
			agent
				? undefined
				: {
						reason: 'its agent does not answer: its clock is not set after the move, nor its disks trimmed',
						remedy: advise(`in ${guest.name}: systemctl start qemu-guest-agent`),
					},
	}),
	rule({
		id: 'guest-pause',
		check: 22,
		about: 'whether it bears a pause',
		severity: 'warns',
		modes: ['live'],
		of: everyGuest,
		needs: ({guest: {watchdog, pauseConcerns}}) => ({watchdog, pauseConcerns}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', guest.uuid),
		judge: ({watchdog, pauseConcerns}, {guest}) => [
			...(watchdog === null || watchdog === 'none'
				? []
				: [
						{
							reason: `its watchdog does ${watchdog} when the guest stands still for too long`,
							remedy: advise(`in ${guest.name}: raise the watchdog’s time over the longest pause`),
						},
					]),
			...pauseConcerns.map(concern => ({
				reason: `its owners say: ${concern}`,
				remedy: advise(`ask the owners of ${guest.name}, or set a shorter max_downtime for it`),
			})),
		],
	}),
];
