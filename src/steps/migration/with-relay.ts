import {libvirtSocket} from '../../shell/relay.ts';
import type {StepContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** Runs `work` while the source can connect to libvirt on the destination, through a relay if required. */
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
		// A socket that remains because its host is unreachable is removed by the next relay there.
		await open.close().catch(() => {});
	}
}
