import {Secret} from '../../shell/secret.ts';
import {defineStep, type Json} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		seconds: {type: 'number', minimum: 0, description: 'Seconds to wait.'},
		minutes: {type: 'number', minimum: 0, description: 'Minutes to wait.'},
		prompt: {
			type: 'string',
			minLength: 1,
			description:
				'Text to show. Without `seconds` or `minutes`, the run waits for input, which is `user_input` in the result.',
		},
		echo: {type: 'boolean', description: 'With false, input is not echoed and is treated as a secret.'},
	},
} as const;

type PauseAction =
	| {readonly milliseconds: number; readonly prompt?: string}
	| {readonly question: string; readonly kind: 'shown' | 'secret'};

type PauseReceipt = {readonly answer?: string | Secret};

/** Waits for a time or for input, once for all hosts. */
export const pause = defineStep<typeof params, PauseAction, PauseReceipt>({
	kind: 'action',
	name: 'pause',
	summary: 'Wait for a time or for input, once for all hosts of the play.',
	examples: [
		'pause: {seconds: 30}',
		'pause: {minutes: 2, prompt: Waiting for storage}',
		'pause: {prompt: "Is the cluster healthy? Press Enter to continue, Ctrl-C to stop"}',
	],
	effect: 'read',
	params,
	once: true,
	waits: true,
	needs: () => [],
	plan({seconds, minutes, prompt, echo = true}) {
		if (seconds === undefined && minutes === undefined) {
			return {question: prompt ?? 'Press Enter to continue, Ctrl-C to stop', kind: echo ? 'shown' : 'secret'};
		}
		const milliseconds = ((minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
		return {milliseconds, ...(prompt === undefined ? {} : {prompt})};
	},
	preview: () => [],
	async apply(action, context) {
		if ('question' in action) {
			const answer = await context.ask(action.question, action.kind);
			return {answer: action.kind === 'secret' ? new Secret(answer) : answer};
		}
		if (action.prompt !== undefined) context.tell(action.prompt);
		await context.sleep(action.milliseconds);
		return {};
	},
	verify: async () => {},
	irreversible: 'nothing is changed',
	result(action, {answer}) {
		if ('milliseconds' in action) return {delta: action.milliseconds / 1000};
		return {user_input: answer as Json, echo: action.kind === 'shown'};
	},
});
