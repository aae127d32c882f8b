import {breakIncoming} from '../../virsh/migration/processes.ts';
import {defaultPorts, type PortRange} from '../../virsh/migration/qemu-conf.ts';
import type {StepContext} from '../step.ts';
import {isPostcopyFailed} from './location/guest-location.ts';
import {contradictoryError, type ResolvedLocation, readBothHosts} from './location/resolve-location.ts';
import type {GuestMigration} from './move.ts';

const everyMs = 5000;

/** Number of consecutive polls that must agree, since the destination may detect the failure itself. */
const looksToBelieve = 3;

/**
 * Runs a post-copy migration and detects half-open connections. A destination in post-copy only waits for data from the
 * source, and QEMU sets no TCP keepalive: if the connection fails only at the source, the destination never notices;
 * libvirt waits for the destination, and virsh for libvirt (seen with libvirt 9.0 and QEMU 7.2). So once the source has
 * given up the connection, it is closed at the destination too: then virsh ends, and the migration can be resumed.
 *
 * @throws StuckError if the destination never started to run the guest. Otherwise what `running` throws.
 */
export async function withHalfOpenWatch<T>(
	move: GuestMigration,
	context: StepContext,
	running: Promise<T>,
): Promise<T> {
	let over = false;
	const ended = running.finally(() => {
		over = true;
	});
	const watching = watch(move, context, () => over);
	return Promise.race([ended, watching.then(settled => Promise.reject(contradictoryError(move, settled)))]);
}

/** Settles when the destination has lost the guest; never if the command ended before. */
async function watch(move: GuestMigration, context: StepContext, isOver: () => boolean): Promise<ResolvedLocation> {
	for (let seen = 0; !isOver(); ) {
		await context.sleep(everyMs);
		const settled = await readBothHosts(move, context).catch(() => undefined);
		const isBroken =
			settled?.at === 'postcopy-lost-destination' ||
			(settled?.at === 'postcopy-failed' && !isPostcopyFailed(settled.destination));
		seen = isBroken ? seen + 1 : 0;
		if (settled === undefined || seen < looksToBelieve || isOver()) continue;
		if (settled.at === 'postcopy-lost-destination') return settled;
		await context.attempt(breakIncoming(move.destination, move.uuid, await portsOf(move.destination, context)));
		seen = 0;
	}
	return new Promise(() => {});
}

async function portsOf(host: string, context: StepContext): Promise<PortRange> {
	const request = {kind: 'qemu-conf', host} as const;
	return context.facts([request]).then(
		facts => facts.of(request).ports,
		() => defaultPorts,
	);
}
