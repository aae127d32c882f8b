import {defineStep, type Json} from '../step.ts';

const params = {
	type: 'object',
	minProperties: 1,
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	properties: {
		cacheable: {type: 'boolean', description: 'Accepted without effect: facts are not cached between runs.'},
	},
	additionalProperties: true,
	description: 'Variables to set, with their values.',
} as const;

type Facts = {readonly [name: string]: Json};

/** Keeps values in variables of the host, for the tasks that follow. */
export const setFact = defineStep<typeof params, {readonly facts: Facts}, null>({
	kind: 'action',
	name: 'set_fact',
	summary: 'Set variables of the host for all following tasks. Values are evaluated immediately.',
	examples: ['set_fact: {left: "{{ listed.guests | length }}"}'],
	effect: 'read',
	setsVariables: true,
	params,
	needs: () => [],
	plan: ({cacheable: _, ...facts}) => ({facts: facts as Facts}),
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({facts}) => ({ansible_facts: facts}),
});
