import {defineStep, type Json} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		msg: {description: 'Value to show.'},
		var: {description: 'Expression to evaluate and show, without {{ }}.'},
		verbosity: {
			type: 'integer',
			minimum: 0,
			maximum: 7,
			description: 'Show the value only with this many -v. Default: 0.',
		},
	},
} as const;

/** Shows a value. */
export const debug = defineStep<typeof params, {readonly msg: Json}, null>({
	kind: 'action',
	name: 'debug',
	summary: 'Show a value in the output.',
	examples: ['debug: {msg: "{{ inventory_hostname }}"}', 'debug: {var: listed.guests}'],
	effect: 'read',
	params,
	short: 'msg',
	expression: 'var',
	needs: () => [],
	plan({msg, var: value, verbosity = 0}, at) {
		if (verbosity > (at.verbosity ?? 0)) return {skip: `shown only with -${'v'.repeat(verbosity)}`};
		return {msg: (msg ?? value ?? 'Hello world!') as Json};
	},
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({msg}) => ({msg}),
});
