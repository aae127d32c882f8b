import {StepError} from '../errors.ts';
import {defineStep} from './step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['that'],
	properties: {
		that: {
			type: 'array',
			minItems: 1,
			items: {type: 'boolean'},
			description: 'Conditions that must all be true, each written as "{{ … }}".',
		},
		fail_msg: {type: 'string', description: 'What to say when one is not.'},
	},
} as const;

/** Fails when a condition is not true. */
export const assert = defineStep<typeof params, {readonly checked: number}, null>({
	kind: 'action',
	name: 'assert',
	summary: 'Stop when a condition is not true.',
	examples: ['assert: {that: ["{{ listed.guests | length == 0 }}"], fail_msg: guests are left}'],
	effect: 'read',
	params,
	needs: () => [],
	plan({that, fail_msg}) {
		const wrong = that.findIndex(condition => !condition);
		if (wrong >= 0) {
			throw new StepError(fail_msg ?? `condition ${wrong + 1} of ${that.length} is not true`, undefined, {
				retry: 'never',
			});
		}
		return {checked: that.length};
	},
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({checked}) => ({checked}),
});
