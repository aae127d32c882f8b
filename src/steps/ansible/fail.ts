import {defineStep} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {msg: {type: 'string', description: 'Why.'}},
} as const;

/** Fails. */
export const fail = defineStep<typeof params, {readonly msg: string}, null>({
	kind: 'action',
	name: 'fail',
	summary: 'Stop, and say why. With `when`, only on a condition.',
	examples: ['fail: {msg: "{{ left | length }} guests are left"}'],
	effect: 'read',
	params,
	short: 'msg',
	needs: () => [],
	plan: ({msg = 'failed as requested from task'}) => ({msg}),
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({msg}) => ({failed: true, msg}),
});
