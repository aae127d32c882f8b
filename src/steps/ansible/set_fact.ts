import {defineStep, type Json} from '../step.ts';

const params = {
	type: 'object',
	minProperties: 1,
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	additionalProperties: true,
	description: 'Variables and their values.',
} as const;

type Facts = {readonly [name: string]: Json};

/** Keeps values in variables of the host, for the tasks that follow. */
export const setFact = defineStep<typeof params, {readonly facts: Facts}, null>({
	kind: 'action',
	name: 'set_fact',
	summary: 'Keep values in variables of the host, worked out now, for all that follows.',
	examples: ['set_fact: {left: "{{ listed.guests | length }}"}'],
	effect: 'read',
	params,
	needs: () => [],
	plan: facts => ({facts: facts as Facts}),
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({facts}) => ({ansible_facts: facts}),
});
