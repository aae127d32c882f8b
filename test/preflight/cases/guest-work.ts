import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/guest-work.ts`. */
export const guestWorkCases: RuleCases = {
	'guest-converges': [
		[
			{guest: {dirtyBytesPerSecond: 900 * 1024 ** 2}, plan: {neverConverge: ['uuid of web1']}},
			[
				[
					'the guest dirties 900 MiB of memory per second, more than can be sent',
					'set auto_converge: true, raise the bandwidth, or move the guest at a time of low load',
				],
			],
		],
	],
	'guest-agent': [
		[
			{guest: {agent: false}},
			[
				[
					'the guest agent is not connected: virsh domtime --sync cannot set the clock after the move',
					'in web1: systemctl start qemu-guest-agent',
				],
			],
		],
		[{guest: {agent: null}}, []],
		[{guest: {agent: false, state: {state: 'shut off', reason: 'shutdown'}}}, []],
	],
	'guest-pause': [
		[
			{guest: {watchdog: 'poweroff', pauseConcerns: ['cluster-heartbeat']}},
			[
				[
					'the watchdog (action: poweroff) can fire if the guest is paused for too long',
					'in web1: raise the watchdog timeout above the longest pause',
				],
				['note of the owners: cluster-heartbeat', 'ask the owners of web1, or set a shorter max_downtime for it'],
			],
		],
		[{guest: {watchdog: 'none'}}, []],
	],
};
