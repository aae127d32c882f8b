import {StepError} from '../../errors.ts';
import {type Command, read} from '../../shell/command.ts';
import {defineStep} from '../step.ts';

/** Ansible's own. */
const usualSeconds = 300;

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		port: {type: 'integer', minimum: 1, maximum: 65535, description: 'A TCP port that shall answer, or no more.'},
		host: {type: 'string', minLength: 1, description: 'Whose port. Else that of the host itself: 127.0.0.1.'},
		path: {type: 'string', minLength: 1, description: 'A file that shall be there, or no more.'},
		state: {
			enum: ['started', 'stopped', 'present', 'absent'],
			description: 'started and present: it is there. stopped and absent: it is not. Else started.',
		},
		timeout: {type: 'number', minimum: 0, description: `How many seconds at most. Else ${usualSeconds}.`},
		delay: {type: 'number', minimum: 0, description: 'How many seconds before it is looked at first.'},
		sleep: {type: 'number', minimum: 0.1, description: 'How many seconds between two looks. Else 1.'},
		msg: {type: 'string', description: 'What to say when it does not come.'},
	},
} as const;

type WaitAction = {
	/** Exits with 0 when it is there. */
	readonly look: Command;
	readonly what: string;
	readonly there: boolean;
	readonly timeoutMs: number;
	readonly delayMs: number;
	readonly sleepMs: number;
	readonly msg?: string;
};

/** Bash opens a connection by itself; no other program is needed on the host. */
const connectScript = 'exec 3<>"/dev/tcp/$1/$2"';

/** Waits for a port or a file, looking at it from the host. */
export const waitFor = defineStep<typeof params, WaitAction, {readonly elapsed: number}>({
	kind: 'action',
	name: 'wait_for',
	summary: 'Wait until a port answers or a file is there, or until it is no more.',
	examples: ['wait_for: {port: 16509, timeout: 60}', 'wait_for: {path: /run/libvirt/libvirt-sock}'],
	effect: 'read',
	params,
	waits: true,
	needs: () => [],
	plan({port, host = '127.0.0.1', path, state = 'started', timeout = usualSeconds, delay = 0, sleep = 1, msg}, at) {
		if ((port === undefined) === (path === undefined)) {
			throw new StepError('wait_for takes a port or a path', undefined, {retry: 'never'});
		}
		const look =
			path === undefined
				? read(at.host, ['timeout', '5', 'bash', '-c', connectScript, 'bash', host, String(port)])
				: read(at.host, ['test', '-e', path]);
		return {
			look,
			what: path ?? `${host}:${port}`,
			there: state === 'started' || state === 'present',
			timeoutMs: timeout * 1000,
			delayMs: delay * 1000,
			sleepMs: sleep * 1000,
			...(msg === undefined ? {} : {msg}),
		};
	},
	preview: ({look}) => [look],
	async apply({look, what, there, timeoutMs, delayMs, sleepMs, msg}, context) {
		const begun = context.now();
		await context.sleep(delayMs);
		for (;;) {
			const outcome = await context.attempt(look);
			if ((outcome.end === 'exited' && outcome.code === 0) === there) {
				return {elapsed: Math.floor((context.now() - begun) / 1000)};
			}
			if (context.now() - begun + sleepMs > timeoutMs) {
				throw new StepError(msg ?? `${what} is ${there ? 'not' : 'still'} there after ${timeoutMs / 1000} s`);
			}
			await context.sleep(sleepMs);
		}
	},
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: (_action, {elapsed}) => ({elapsed}),
});
