import {libvirtSocket} from '../../shell/relay.ts';
import type {StepContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** Does something while the source reaches the destination's libvirt, through this machine where it has no other way. */
export async function withRelay<T>(move: GuestMigration, context: StepContext, work: () => Promise<T>): Promise<T> {
	if (move.relay === undefined) return work();
	const open = await context.relay({
		onHost: move.source,
		path: move.relay,
		toHost: move.destination,
		toPath: libvirtSocket,
	});
	try {
		return await work();
	} finally {
		// A socket that stays behind since its host has gone is cleared away by the next relay there.
		await open.close().catch(() => {});
	}
}
