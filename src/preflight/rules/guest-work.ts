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
		applies: ({guest, plan}) => plan.counts.dirtyRates && guest.state?.state !== 'shut off',
		needs: ({guest, plan}) => ({dirty: guest.dirtyBytesPerSecond, never: plan.neverConverge}),
		ask: ({guest, source}) => virsh(source.name, 'domdirtyrate-calc', guest.uuid, '--seconds', '1'),
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
		applies: ({guest: {state, agent}}) => state?.state !== 'shut off' && agent !== null,
		needs: ({guest: {agent}}) => ({agent}),
		ask: ({guest, source}) => virsh(source.name, 'qemu-agent-command', guest.uuid, '{"execute":"guest-ping"}'),
		judge: ({agent}, {guest}) =>
			agent
				? undefined
				: {
						reason: 'its guest agent is not connected: virsh domtime --sync cannot set its clock after the move',
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
		applies: ({guest}) => guest.state?.state !== 'shut off',
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
