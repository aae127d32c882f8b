import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/run.ts`. */
export const runCases: RuleCases = {
	'plan-rules': [
		[
			{plan: {brokenRules: ['kvm2 and kvm3 could not take over the guests of one of them']}},
			[
				[
					'kvm2 and kvm3 could not take over the guests of one of them',
					'add a host to the destinations, or relax the rule',
				],
			],
		],
	],
	'plan-homes': [
		[
			{plan: {homeless: [{guest: 'web1', reason: 'no memory'}]}},
			[['web1 cannot be placed: no memory', 'add a host to the destinations, or free capacity on one']],
		],
	],
	'plan-way-back': [
		[
			{plan: {wayBack: [{guest: 'web1', reason: 'kvm1 is older'}]}},
			[['web1 could not move back: kvm1 is older', 'exclude web1, or leave it at the destination']],
		],
		[{plan: {wayBack: null}}, []],
	],
	'plan-window': [
		[
			{plan: {window: {ms: 1_800_000, leaveOut: ['db1', 'web1']}}},
			[
				[
					'all moves take 60 min, longer than the window of 30 min: db1, web1 would stay',
					'extend the window to 60 min, allow more concurrent moves, or exclude these guests',
				],
			],
		],
		[{plan: {window: null}}, []],
	],
};
