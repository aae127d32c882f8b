import {defineStep, type Json} from './step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['msg'],
	properties: {msg: {description: 'What to show: any value.'}},
} as const;

/** Shows a value. */
export const debug = defineStep<typeof params, {readonly msg: Json}, null>({
	kind: 'action',
	name: 'debug',
	summary: 'Show a value in the output.',
	examples: ['debug: {msg: "{{ inventory_hostname }}"}'],
	effect: 'read',
	params,
	short: 'msg',
	needs: () => [],
	plan: ({msg}) => ({msg: msg as Json}),
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({msg}) => ({msg}),
});
