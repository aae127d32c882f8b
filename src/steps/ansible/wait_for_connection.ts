import {type Command, read} from '../../shell/command.ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {defineStep} from '../step.ts';
import {untilAnswered, type WaitTimes} from './host-connection.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		timeout: {...durationSchema, default: '10 min', description: 'Maximum time to wait.'},
		delay: {...durationSchema, default: '0 s', description: 'Delay before the first attempt.'},
		sleep: {...durationSchema, default: '1 s', description: 'Delay between attempts.'},
	},
} as const;

type WaitAction = {readonly question: Command; readonly delayMs: number; readonly waitTimes: WaitTimes};
type WaitReceipt = {readonly elapsed: number};

/** Waits until a host runs commands again. */
export const waitForConnection = defineStep<typeof params, WaitAction, WaitReceipt>({
	kind: 'action',
	name: 'wait_for_connection',
	summary: 'Wait until the host is reachable and can run commands.',
	examples: ['wait_for_connection:', 'wait_for_connection: {delay: 10 s, timeout: 5 min}'],
	effect: 'read',
	params,
	waits: true,
	needs: () => [],
	plan: ({timeout = '10 min', delay = '0 s', sleep = '1 s'}, at) => ({
		question: read(at.host, ['true'], {timeoutMs: 10_000}),
		delayMs: parseDuration(delay),
		waitTimes: {timeoutMs: parseDuration(timeout), sleepMs: parseDuration(sleep)},
	}),
	preview: action => [action.question],
	async apply({question, delayMs, waitTimes}, context) {
		const begun = context.now();
		if (delayMs > 0) await context.sleep(delayMs);
		await context.reconnect(question.host);
		await untilAnswered(question, waitTimes, context, answer => answer.end === 'exited' && answer.code === 0);
		return {elapsed: Math.round((context.now() - begun) / 1000)};
	},
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: (_action, {elapsed}) => ({elapsed}),
});
