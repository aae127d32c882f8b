import {StepError} from '../../errors.ts';
import {type Command, read} from '../../shell/command.ts';
import {defineStep} from '../step.ts';

/** Ansible's default. */
const usualSeconds = 300;

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		port: {type: 'integer', minimum: 1, maximum: 65535, description: 'TCP port to wait for.'},
		host: {
			type: 'string',
			minLength: 1,
			description: 'Address of the port, as seen from the host (default: 127.0.0.1).',
		},
		path: {type: 'string', minLength: 1, description: 'Path of a file to wait for.'},
		state: {
			enum: ['started', 'stopped', 'present', 'absent'],
			description:
				'Wait until the port is open or the file exists (`started`, `present`), or until it is not (`stopped`, `absent`). Default: started.',
		},
		timeout: {type: 'number', minimum: 0, description: `Maximum time to wait, in seconds (default: ${usualSeconds}).`},
		delay: {type: 'number', minimum: 0, description: 'Seconds before the first check.'},
		sleep: {type: 'number', minimum: 0.1, description: 'Seconds between checks (default: 1).'},
		msg: {type: 'string', description: 'Error message on timeout.'},
	},
} as const;

type WaitAction = {
	/** Exits with 0 when the port is open or the file exists. */
	readonly look: Command;
	readonly what: string;
	readonly there: boolean;
	readonly timeoutMs: number;
	readonly delayMs: number;
	readonly sleepMs: number;
	readonly msg?: string;
};

/** Bash can open TCP connections itself, so no other program is needed on the host. */
const connectScript = 'exec 3<>"/dev/tcp/$1/$2"';

/** Waits for a port or a file, as seen from the host. */
export const waitFor = defineStep<typeof params, WaitAction, {readonly elapsed: number}>({
	kind: 'action',
	name: 'wait_for',
	summary: 'Wait until a port is open or a file exists, or until it is not.',
	examples: ['wait_for: {port: 16509, timeout: 60}', 'wait_for: {path: /run/libvirt/libvirt-sock}'],
	effect: 'read',
	params,
	waits: true,
	needs: () => [],
	plan({port, host = '127.0.0.1', path, state = 'started', timeout = usualSeconds, delay = 0, sleep = 1, msg}, at) {
		if ((port === undefined) === (path === undefined)) {
			throw new StepError('wait_for requires exactly one of port and path', undefined, {retry: 'never'});
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
				throw new StepError(
					msg ?? `timed out after ${timeoutMs / 1000} s: ${what} is ${there ? 'not available' : 'still available'}`,
				);
			}
			await context.sleep(sleepMs);
		}
	},
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: (_action, {elapsed}) => ({elapsed}),
});
