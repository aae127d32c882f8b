import {CommandError, StepError} from '../../errors.ts';
import type {Facts} from '../../facts/facts.ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {type Cordon, type CordonNote, cordonPath, installCordon, liftCordon} from '../../virsh/cordon.ts';
import {checkGuest, createCheckGuest} from '../../virsh/create-check.ts';
import {destroy} from '../../virsh/lifecycle.ts';
import {defineStep, type StepContext} from '../step.ts';

/** One line: it is part of a script, and of messages. */
const text = {type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\p{Cc}\\u2028\\u2029]*$'} as const;

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		reason: {
			...text,
			default: 'maintenance',
			description: 'Why the host is cordoned. Shown when something is refused.',
		},
		owner: {
			...text,
			default: 'vacate',
			description: 'Who cordons the host. A cordon of another owner is an error, and is not replaced.',
		},
		expires_after: {
			...durationSchema,
			default: '24 h',
			description: 'The cordon has no effect after this time, even if nothing lifts it.',
		},
	},
} as const;

type CordonAction = CordonNote & {readonly host: string; readonly id: string; readonly seconds: number};

/** Refuses starts and incoming migrations on the host. */
export const cordon = defineStep<typeof params, CordonAction, null>({
	kind: 'action',
	name: 'cordon',
	summary:
		'Refuse starts of guests and incoming migrations on the host, by a hook of libvirt, until `uncordon` or until it expires. Running guests are not affected and can move away.',
	examples: ['cordon:', 'cordon: {reason: "kernel update, CHG-1234", owner: alice, expires_after: 8 h}'],
	effect: 'write',
	exclusive: true,
	params,
	needs: (_params, {host}) => [{kind: 'capabilities', host}],
	plan({owner = 'vacate', reason = 'maintenance', expires_after: expires = '24 h'}, {host, mark}, facts) {
		const found = cordonOn(host, facts);
		if (found !== undefined && !found.isExpired) {
			if (found.owner === owner && found.reason === reason) return {skip: `${host} is already cordoned`};
			throw new StepError(
				`${host} is already cordoned by ${found.owner}: ${found.reason}`,
				`wait until it is lifted; or lift it: vacate uncordon ${host}`,
				{retry: 'never'},
			);
		}
		return {host, id: mark, owner, reason, seconds: Math.ceil(parseDuration(expires) / 1000)};
	},
	preview: action => [installCordon(action.host, action), createCheckGuest(action.host, action.id)],
	effects: ({host, id, owner, reason}) => [
		{of: 'cordon', host, cordon: {id, owner, reason, sinceSeconds: 0, untilSeconds: 0, isExpired: false}},
	],
	async apply(action, context) {
		await context.run(installCordon(action.host, action));
		await demandEffect(action, context);
		return null;
	},
	async adopt(action, context) {
		await verifyCordon(action, context);
		await demandEffect(action, context);
		return null;
	},
	verify: verifyCordon,
	async undo({host, id}, _receipt, context) {
		await context.run(liftCordon(host, id));
	},
	result: ({owner, reason, seconds}) => ({owner, reason, seconds}),
});

/** The cordon of a host. */
export function cordonOn(host: string, facts: Facts): Cordon | undefined {
	return facts.of({kind: 'capabilities', host}).cordon;
}

/** libvirt reloads its configuration in the background. */
const attempts = 30;
const pauseMs = 500;

/**
 * Proves that libvirt calls the hook: a guest without disks must be refused.
 *
 * @throws StepError if libvirt starts it.
 */
async function demandEffect({host, id}: CordonAction, context: StepContext): Promise<void> {
	const check = createCheckGuest(host, id);
	for (let left = attempts; left > 0; left--) {
		const outcome = await context.attempt(check);
		if (outcome.end !== 'exited' || outcome.code !== 0) {
			const isRefused = outcome.stderr.includes(cordonPath);
			if (!isRefused)
				context.tell(`${host}: whether libvirt obeys the cordon could not be checked: ${lastLine(outcome.stderr)}`);
			return;
		}
		await context.run(destroy(host, checkGuest(id))).catch((error: unknown) => {
			if (!(error instanceof CommandError)) throw error;
		});
		await context.sleep(pauseMs);
	}
	throw new StepError(
		`libvirt on ${host} does not call the hook ${cordonPath}, so that the host is not cordoned`,
		'libvirt 6.5 or later calls hooks in qemu.d; check its log: journalctl --unit libvirtd --unit virtqemud',
		{retry: 'never'},
	);
}

function lastLine(output: string): string {
	return output.trim().split('\n').at(-1) ?? '';
}

async function verifyCordon({host, id}: CordonAction, context: StepContext): Promise<void> {
	const found = cordonOn(host, await context.facts([{kind: 'capabilities', host}]));
	if (found?.id !== id || found.isExpired) throw new StepError(`${host} is not cordoned`);
}
