import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyGuest} from '../scopes.ts';

/** Checks 20 to 22: what the guest does meanwhile, and whether it bears the move. */
export const guestWorkRules = [
	rule({
		id: 'guest-converges',
		check: 20,
		about: 'the dirty page rate',
		severity: 'warns',
		modes: ['live'],
		of: everyGuest,
		applies: ({guest, plan}) => plan.counts.dirtyRates && guest.state?.state !== 'shut off',
		needs: ({guest, plan}) => ({dirty: guest.dirtyBytesPerSecond, never: plan.neverConverge}),
		ask: ({guest, source}) => virsh(source.name, 'domdirtyrate-calc', guest.uuid, '--seconds', '1'),
		judge: ({dirty, never}, {guest}) =>
			never.includes(guest.uuid)
				? {
						reason: `the guest dirties ${Math.round(dirty / 1024 ** 2)} MiB of memory per second, more than can be sent`,
						remedy: advise('set auto_converge: true, raise the bandwidth, or move the guest at a time of low load'),
					}
				: undefined,
	}),
	rule({
		id: 'guest-agent',
		check: 21,
		about: 'the guest agent',
		severity: 'warns',
		of: everyGuest,
		applies: ({guest: {state, agent}}) => state?.state !== 'shut off' && agent !== null,
		needs: ({guest: {agent}}) => ({agent}),
		ask: ({guest, source}) => virsh(source.name, 'qemu-agent-command', guest.uuid, '{"execute":"guest-ping"}'),
		judge: ({agent}, {guest}) =>
			agent
				? undefined
				: {
						reason: 'the guest agent is not connected: virsh domtime --sync cannot set the clock after the move',
						remedy: advise(`in ${guest.name}: systemctl start qemu-guest-agent`),
					},
	}),
	rule({
		id: 'guest-pause',
		check: 22,
		about: 'sensitivity to a pause',
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
							reason: `the watchdog (action: ${watchdog}) can fire if the guest is paused for too long`,
							remedy: advise(`in ${guest.name}: raise the watchdog timeout above the longest pause`),
						},
					]),
			...pauseConcerns.map(concern => ({
				reason: `note of the owners: ${concern}`,
				remedy: advise(`ask the owners of ${guest.name}, or set a shorter max_downtime for it`),
			})),
		],
	}),
];
