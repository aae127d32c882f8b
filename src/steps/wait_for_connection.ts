import {ConnectionLostError, StepError, UnreachableError} from '../errors.ts';
import {type Command, read} from '../shell/command.ts';
import {defineStep} from './step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		timeout: {type: 'number', minimum: 0, description: 'How many seconds at most. Else 600.'},
		delay: {type: 'number', minimum: 0, description: 'How many seconds before it is tried first.'},
		sleep: {type: 'number', minimum: 0.1, description: 'How many seconds between two tries. Else 1.'},
	},
} as const;

type WaitAction = {
	readonly look: Command;
	readonly timeoutMs: number;
	readonly delayMs: number;
	readonly sleepMs: number;
};

/** Waits until a host can be reached. */
export const waitForConnection = defineStep<typeof params, WaitAction, {readonly elapsed: number}>({
	kind: 'action',
	name: 'wait_for_connection',
	summary: 'Wait until the host can be reached, after it was started again.',
	examples: ['wait_for_connection: {delay: 30, timeout: 300}'],
	effect: 'read',
	params,
	needs: () => [],
	plan: ({timeout = 600, delay = 0, sleep = 1}, {host}) => ({
		look: read(host, ['true']),
		timeoutMs: timeout * 1000,
		delayMs: delay * 1000,
		sleepMs: sleep * 1000,
	}),
	preview: ({look}) => [look],
	async apply({look, timeoutMs, delayMs, sleepMs}, context) {
		const begun = context.now();
		await context.sleep(delayMs);
		for (;;) {
			try {
				await context.run(look);
				return {elapsed: Math.floor((context.now() - begun) / 1000)};
			} catch (error) {
				if (!(error instanceof UnreachableError) && !(error instanceof ConnectionLostError)) throw error;
				if (context.now() - begun + sleepMs <= timeoutMs) await context.sleep(sleepMs);
				else throw new StepError(`${look.host} cannot be reached after ${timeoutMs / 1000} s: ${error.reason}`);
			}
		}
	},
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: (_action, {elapsed}) => ({elapsed}),
});
