import {ConnectionLostError, StepError} from '../../errors.ts';
import {type Command, read, write} from '../../shell/command.ts';
import {endingText} from '../../shell/demand.ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {defineStep, type StepContext} from '../step.ts';
import {untilAnswered, type WaitTimes} from './host-connection.ts';

const argv = {type: 'array', minItems: 1, items: {type: 'string'}} as const;

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		reboot_timeout: {...durationSchema, default: '10 min', description: 'How long to wait for the host to come back.'},
		pre_reboot_delay: {...durationSchema, default: '0 s', description: 'Delay before the reboot.'},
		post_reboot_delay: {
			...durationSchema,
			default: '0 s',
			description: 'Delay before the first attempt to connect.',
		},
		reboot_command: {...argv, default: ['systemctl', 'reboot'], description: 'Command that reboots the host.'},
		boot_time_command: {
			...argv,
			default: ['cat', '/proc/sys/kernel/random/boot_id'],
			description: 'Command whose output changes with each boot.',
		},
		test_command: {...argv, default: ['true'], description: 'Command that exits with 0 when the host is ready.'},
		stop_guests: {
			type: 'boolean',
			default: false,
			description: 'Reboot even if guests are running on the host, which stops them. Otherwise the step fails.',
		},
	},
} as const;

type RebootAction = {
	readonly reboot: Command;
	readonly bootTime: Command;
	readonly test: Command;
	/** Guests must not be running, which is checked again immediately before. */
	readonly emptyHost: boolean;
	readonly beforeMs: number;
	readonly afterMs: number;
	readonly waitTimes: WaitTimes;
};

type RebootReceipt = {readonly elapsed: number};

const sleepMs = 1000;

/** Reboots a host on which no guest runs, and waits until it is back. */
export const reboot = defineStep<typeof params, RebootAction, RebootReceipt>({
	kind: 'action',
	name: 'reboot',
	summary: 'Reboot the host and wait until it is back. Fails if guests are running on it.',
	examples: ['reboot:', 'reboot: {reboot_timeout: 15 min, post_reboot_delay: 30 s}'],
	effect: 'write',
	exclusive: true,
	params,
	needs: ({stop_guests: stopGuests = false}, at) => (stopGuests ? [] : [{kind: 'domains', host: at.host}]),
	plan(given, at, facts) {
		const {stop_guests: stopGuests = false} = given;
		if (!stopGuests) refuseGuests(at.host, facts.of({kind: 'domains', host: at.host}));
		const time = (text = '0 s') => parseDuration(text);
		const words = (words: readonly string[]) => words as readonly [string, ...string[]];
		return {
			reboot: write(at.host, words(given.reboot_command ?? ['systemctl', 'reboot'])),
			bootTime: read(at.host, words(given.boot_time_command ?? ['cat', '/proc/sys/kernel/random/boot_id'])),
			test: read(at.host, words(given.test_command ?? ['true']), {timeoutMs: 30_000}),
			emptyHost: !stopGuests,
			beforeMs: time(given.pre_reboot_delay),
			afterMs: time(given.post_reboot_delay),
			waitTimes: {timeoutMs: time(given.reboot_timeout ?? '10 min'), sleepMs},
		};
	},
	preview: action => [action.reboot],
	async apply(action, context) {
		const begun = context.now();
		const {host} = action.reboot;
		if (action.beforeMs > 0) await context.sleep(action.beforeMs);
		if (action.emptyHost) {
			const request = {kind: 'domains', host} as const;
			refuseGuests(host, (await context.facts([request])).of(request));
		}
		const before = (await context.run(action.bootTime)).stdout;
		await goDown(action.reboot, context);
		if (action.afterMs > 0) await context.sleep(action.afterMs);
		await context.reconnect(host);
		await untilAnswered(
			action.bootTime,
			action.waitTimes,
			context,
			({end, stdout}) => end === 'exited' && stdout !== '' && stdout !== before,
		);
		await untilAnswered(action.test, action.waitTimes, context, answer => answer.end === 'exited' && answer.code === 0);
		return {elapsed: Math.round((context.now() - begun) / 1000)};
	},
	receiptIfDone: () => ({elapsed: 0}),
	verify: async (action, context) => void (await context.run(action.test)),
	irreversible: 'processes that ran before the reboot have ended',
	result: (_action, {elapsed}) => ({rebooted: true, elapsed}),
});

function refuseGuests(host: string, domains: readonly {readonly name: string; readonly state: string}[]): void {
	const running = domains.filter(({state}) => state !== 'shut off');
	if (running.length === 0) return;
	throw new StepError(
		`guests are running on ${host}: ${running.map(({name}) => name).join(', ')}`,
		'evacuate the host first, or set stop_guests: true to stop them',
	);
}

/** A host that goes down closes the connection, so only an explicit error message is a failure. */
async function goDown(command: Command, context: StepContext): Promise<void> {
	try {
		const outcome = await context.attempt(command);
		if (outcome.end !== 'exited' || outcome.code === 0) return;
		throw new StepError(
			`${command.argv.join(' ')} on ${command.host}: ${endingText(outcome)}: ${outcome.stderr.trim()}`,
		);
	} catch (error) {
		if (!(error instanceof ConnectionLostError)) throw error;
	}
}
