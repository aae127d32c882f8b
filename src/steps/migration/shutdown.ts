import type {FromSchema} from 'json-schema-to-ts';
import {CommandError, StepError} from '../../errors.ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {destroy, shutdown} from '../../virsh/lifecycle.ts';
import {isActive} from '../../virsh/states.ts';
import type {StepContext} from '../step.ts';
import {type HostDomainStatus, statusText} from './location/guest-location.ts';
import {domainStatusOf} from './location/resolve-location.ts';

const timeout = {
	...durationSchema,
	description: 'Maximum time until the guest is shut off (default: 5 min). A guest that takes longer is not moved.',
} as const;

/** How a guest is shut down for its move. */
export const shutdownParams = {
	type: 'object',
	additionalProperties: false,
	description:
		'How guests are shut down for a cold move: by the guest agent if it is connected, otherwise by ACPI, within `timeout`.',
	properties: {timeout},
} as const;

/** The same for named guests, which may be forced off. */
export const forcibleShutdownParams = {
	...shutdownParams,
	properties: {
		timeout,
		force: {
			type: 'boolean',
			description:
				'Force the guest off if it does not shut down in time, like a power failure: writes that the guest has not flushed are lost. Default: false.',
		},
	},
} as const;

export type ShutdownParams = FromSchema<typeof forcibleShutdownParams>;

/** A running guest is shut down before its move, and started again after it. */
export type Shutdown = {readonly timeoutMs: number; readonly force?: true};

export function shutdownOf({timeout: limit = '5 min', force = false}: ShutdownParams): Shutdown {
	return {timeoutMs: parseDuration(limit), ...(force ? {force} : {})};
}

/** The parameters of an equal shutdown. */
export function paramsOfShutdown({timeoutMs, force}: Shutdown): ShutdownParams {
	return {timeout: `${timeoutMs} ms`, ...(force === undefined ? {} : {force})};
}

/** What a reviewer should know. */
export function shutdownTexts({timeoutMs, force}: Shutdown): readonly string[] {
	const late = force === undefined ? 'stays on its host if that takes longer' : 'is forced off if that takes longer';
	return [
		`the guest is shut down for the move, and started at the destination; it has ${timeoutMs / 1000} s to shut down, and ${late}`,
	];
}

export type GuestOnHost = {readonly guest: string; readonly uuid: string; readonly host: string};

const tickMs = 500;

/** libvirt ends the process of a guest within 15 seconds, or reports an error. */
const forcedMs = 30_000;

/**
 * Shuts the guest down, and waits until it is shut off.
 *
 * @throws StepError if it is still running afterwards.
 */
export async function shutDown(at: GuestOnHost, {timeoutMs, force}: Shutdown, context: StepContext): Promise<void> {
	const {guest, uuid, host} = at;
	const seconds = Math.ceil(timeoutMs / 1000);
	const failed = await context.run(shutdown(host, uuid)).then(
		() => undefined,
		(error: unknown) => {
			if (error instanceof CommandError) return error;
			throw error;
		},
	);
	// The guest may have ended by itself at this moment.
	const status = await awaitOff(at, failed === undefined ? timeoutMs : 0, context);
	if (!isOn(status)) return;
	if (failed !== undefined && force === undefined) {
		throw new StepError(`${guest} could not be shut down: ${failed.message}`, undefined, {retry: 'never'});
	}
	if (force === true) {
		context.tell(`${guest} did not shut down on ${host}: forcing it off`);
		await context.run(destroy(host, uuid));
		if (!isOn(await awaitOff(at, forcedMs, context))) return;
	}
	throw new StepError(
		`${guest} did not shut down within ${seconds} s; it is ${statusText(host, status)}`,
		`shut it down from within; or allow more time, or forcing it off, for this guest: shutdown: {timeout: …, force: true} in each of evacuate, stop_and_start of migrate`,
		{retry: 'never'},
	);
}

/** Waits until the guest is shut off, and returns its last status. */
export async function awaitOff(
	{uuid, host}: GuestOnHost,
	limitMs: number,
	context: StepContext,
): Promise<HostDomainStatus> {
	const last = context.now() + limitMs;
	for (;;) {
		const status = domainStatusOf(await context.facts([{kind: 'domains', host}]), host, uuid);
		if (!isOn(status) || context.now() >= last) return status;
		await context.sleep(tickMs);
	}
}

function isOn(status: HostDomainStatus): boolean {
	return status !== undefined && isActive(status.state);
}
