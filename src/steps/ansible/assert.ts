import {defineStep} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['that'],
	properties: {
		that: {
			anyOf: [{type: 'boolean'}, {type: 'array', minItems: 1, items: {type: 'boolean'}}],
			description: 'A condition, or a list of conditions that must all be true, as in `when`.',
		},
		fail_msg: {type: 'string', description: 'Message shown when a condition is false.'},
		success_msg: {type: 'string', description: 'Message shown when all conditions are true.'},
		quiet: {type: 'boolean', description: 'Show no message when all conditions are true.'},
	},
} as const;

type AssertAction = {readonly checked: number; readonly msg?: string; readonly failed: boolean};

/** Fails when a condition is not true. */
export const assert = defineStep<typeof params, AssertAction, null>({
	kind: 'action',
	name: 'assert',
	summary: 'Fail unless all conditions are true.',
	examples: ['assert: {that: [listed.guests | length == 0], fail_msg: guests are left}'],
	effect: 'read',
	params,
	conditions: 'that',
	needs: () => [],
	plan({that, fail_msg, success_msg, quiet = false}) {
		const conditions = [that].flat();
		const wrong = conditions.findIndex(condition => !condition);
		if (wrong >= 0) {
			const msg = fail_msg ?? `condition ${wrong + 1} of ${conditions.length} is false`;
			return {checked: conditions.length, msg, failed: true};
		}
		const said = quiet || success_msg === undefined ? {} : {msg: success_msg};
		return {checked: conditions.length, ...said, failed: false};
	},
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({checked, msg, failed}) => ({
		checked,
		...(msg === undefined ? {} : {msg}),
		...(failed ? {failed, evaluated_to: false} : {}),
	}),
});
