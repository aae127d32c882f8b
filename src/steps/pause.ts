import {defineStep} from './step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		seconds: {type: 'number', minimum: 0, description: 'How long, in seconds.'},
		minutes: {type: 'number', minimum: 0, description: 'How long, in minutes.'},
	},
} as const;

/** Waits, once for all hosts. */
export const pause = defineStep<typeof params, {readonly milliseconds: number}, null>({
	kind: 'action',
	name: 'pause',
	summary: 'Wait for a time, once for all hosts of the play.',
	examples: ['pause: {seconds: 30}', 'pause: {minutes: 2}'],
	effect: 'read',
	params,
	once: true,
	needs: () => [],
	plan: ({seconds = 0, minutes = 0}) => ({milliseconds: (minutes * 60 + seconds) * 1000}),
	preview: () => [],
	async apply({milliseconds}, context) {
		await context.sleep(milliseconds);
		return null;
	},
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({milliseconds}) => ({delta: milliseconds / 1000}),
});
