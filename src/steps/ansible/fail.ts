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
	summary: 'Fail with a message. Combine with `when` to fail on a condition.',
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
